import type { GapMessage, Signal } from '../../agent/publish/messages.ts';
import type { CameraState } from './journal.ts';
import type { Finding } from './recording.ts';

/** What is known of a run from outside: the plant's messages, the daemon's log, the ledger's receipts, what we did. */
export interface Run {
  readonly windowMs: number;
  /** In service, and asked to end; wall clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The camera of each zone. */
  readonly zones: ReadonlyMap<string, string>;
  readonly signals: readonly Signal[];
  /** Markers in the order in which they came. */
  readonly gaps: readonly GapMessage[];
  readonly cameras: readonly CameraState[];
  readonly pauses: readonly Pause[];
  /** When the broker was killed, and when the plant's dashboard had its subscription again. */
  readonly brokerDeaths: readonly Span[];
  /** `zone start` of what the ledger says was acknowledged by the broker. */
  readonly acknowledged: ReadonlySet<string>;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A pause as we had it: asked for, confirmed in the log, asked to end, confirmed to have ended; wall clock. */
export interface Pause {
  readonly askedMs: number;
  readonly heldMs: number;
  readonly liftedMs: number;
  readonly overMs: number;
}

/** How long after its end a window may be sent: the daemon waits 1.5 s for late slots and looks once a second. */
const SENT_WITHIN_MS = 10_000;

/** How often each thing happened, in words, and what must not have happened. */
export interface Account {
  readonly windows: number;
  readonly tally: Readonly<Record<string, number>>;
  /** One line for each window of a zone of which nobody knows where it is. */
  readonly lost: readonly string[];
  /** Messages that say what is not so. */
  readonly untrue: readonly string[];
}

/**
 * Accounts for every window of every zone between start and end, by what agent/publish/README.md promises: one signal
 * for each zone and window, released or withheld with a reason; it may come twice and is then the same byte for byte.
 * Or a gap marker whose span it lies in, and which counts no fewer than are missing there; the last of an id holds.
 * A released window whose camera did not stream all the time must be told apart from one that was watched throughout,
 * by the codes that the log gives for that camera. What a broker acknowledged and then took with it when it was killed
 * is no longer the daemon's: it counts as such only if the ledger has the receipt, and the kill was within its time.
 */
export function accountFor(run: Run): Account {
  const tally: Record<string, number> = {};
  const count = (kind: string) => {
    tally[kind] = (tally[kind] ?? 0) + 1;
  };
  const lost: string[] = [];
  const untrue: string[] = [];
  const heard = new Map<string, Signal[]>();
  for (const signal of run.signals) {
    const key = `${signal.zone} ${signal.window.start}`;
    heard.set(key, [...(heard.get(key) ?? []), signal]);
    if (!run.zones.has(signal.zone)) untrue.push(`${key}: no such zone`);
    if (Date.parse(signal.window.end) - Date.parse(signal.window.start) !== run.windowMs)
      untrue.push(`${key}: of another length`);
  }
  const gaps = [...new Map(run.gaps.map((gap) => [gap.id, { ...gap, left: gap.count }])).values()];
  let windows = 0;
  for (const window of windowsOf(run))
    for (const [zone, camera] of run.zones) {
      windows++;
      const key = `${zone} ${new Date(window.fromMs).toISOString()}`;
      const signals = heard.get(key) ?? [];
      if (new Set(signals.map((each) => JSON.stringify(each))).size > 1)
        untrue.push(`${key}: came twice, differently`);
      const [signal] = signals;
      if (signal === undefined) {
        const gap = gaps.find((each) => each.left > 0 && each.zone === zone && isIn(window, each));
        if (gap !== undefined) {
          gap.left--;
          count(`gap: ${gap.reason}`);
        } else if (diedWithBroker(key, window, run)) count('acknowledged by a broker that was killed');
        else lost.push(key);
        continue;
      }
      const wrong = contradiction(signal, window, run);
      if (wrong !== undefined) untrue.push(`${key}: ${wrong}`);
      if (signal.state === 'withheld' && signal.reason !== 'total') count(`withheld: ${signal.reason}`);
      else {
        const word = signal.state === 'released' ? 'released' : 'withheld: total';
        const gaps = gapsIn(camera, window, run);
        count(
          gaps === '' ? `${word}, pictures all the time` : `${word}, pictures part of the time (${gaps})`,
        );
      }
    }
  return { windows, tally, lost, untrue };
}

/** The windows that have begun after the start and have been over for long enough before the end. */
function windowsOf({ windowMs, fromMs, toMs }: Run): Span[] {
  const spans: Span[] = [];
  for (
    let at = Math.ceil(fromMs / windowMs) * windowMs;
    at + windowMs + SENT_WITHIN_MS <= toMs;
    at += windowMs
  )
    spans.push({ fromMs: at, toMs: at + windowMs });
  return spans;
}

const isIn = ({ fromMs, toMs }: Span, { from, to }: GapMessage): boolean =>
  Date.parse(from) <= fromMs && toMs <= Date.parse(to);

const diedWithBroker = (key: string, { toMs }: Span, { acknowledged, brokerDeaths }: Run): boolean =>
  acknowledged.has(key) &&
  brokerDeaths.some((death) => death.toMs >= toMs && death.fromMs <= toMs + SENT_WITHIN_MS);

/** In this run nothing but pauses may withhold a window by `capture`, and nothing by budget, ledger or head count. */
function contradiction(signal: Signal, window: Span, { pauses }: Run): string | undefined {
  const reason = signal.state === 'withheld' ? signal.reason : 'released';
  const isWithin = (fromMs: number, toMs: number) => fromMs <= window.fromMs && window.toMs <= toMs;
  if (reason === 'capture')
    return pauses.some(({ askedMs, overMs }) => isWithin(askedMs, overMs))
      ? undefined
      : 'withheld by capture, and there was no pause';
  if (pauses.some(({ heldMs, liftedMs }) => isWithin(heldMs, liftedMs))) return `${reason}, in a pause`;
  return reason === 'released' || reason === 'total' ? undefined : `withheld by ${reason}`;
}

/** What the log says of a camera in a window while it did not stream: states and codes, each once; empty if it did. */
function gapsIn(camera: string, window: Span, { cameras }: Run): string {
  const said = cameras.filter((each) => each.camera === camera && each.atMs < window.toMs);
  const within = said.filter(
    ({ atMs }, i) => (said[i + 1]?.atMs ?? window.toMs) > window.fromMs && atMs < window.toMs,
  );
  const gaps = within.filter(({ state }) => state !== 'streaming').map(({ state, code }) => code ?? state);
  // What follows on a reason says nothing new: while it connects again, the reason stays.
  const told = new Set(gaps.filter((word) => !['connecting', 'starting'].includes(word)));
  return [...(told.size > 0 ? told : new Set(gaps))].sort().join(', ');
}

/** Times of a camera at which it had sent so many pictures. */
export interface Sent {
  readonly camera: string;
  readonly atMs: number;
  readonly pictures: number;
}

/**
 * Spans in which a camera sent no picture for `longestMs` and the daemon said all the time that it streams, or that all
 * is well: what nobody would have learnt of.
 */
export function silentGaps(
  sent: readonly Sent[],
  run: Pick<Run, 'cameras' | 'zones'>,
  longestMs: number,
): string[] {
  const silent: string[] = [];
  for (const camera of new Set(run.zones.values())) {
    let since: Sent | undefined;
    for (const look of sent.filter((each) => each.camera === camera)) {
      if (since === undefined || look.pictures > since.pictures) since = look;
      else if (look.atMs - since.atMs >= longestMs) {
        const span = { fromMs: since.atMs, toMs: look.atMs };
        if (gapsIn(camera, span, run as Run) === '')
          silent.push(`${camera} at ${new Date(since.atMs).toISOString()} for ${look.atMs - since.atMs} ms`);
        since = look;
      }
    }
  }
  return silent;
}

export function windowFindings(account: Account, gaps: readonly string[]): Finding[] {
  const { windows, lost, untrue, tally } = account;
  const explained = Object.values(tally).reduce((sum, each) => sum + each, 0);
  const list = (lines: readonly string[]) => `${lines.length}: ${lines.slice(0, 5).join('; ')}`;
  return [
    lost.length > 0
      ? { what: 'windows accounted for', outcome: 'fail', figures: `of ${windows} lost ${list(lost)}` }
      : {
          what: 'windows accounted for',
          outcome: windows === 0 ? 'too short' : 'pass',
          figures: `${explained} of ${windows}`,
        },
    {
      what: 'what signals say is so',
      outcome: untrue.length === 0 ? 'pass' : 'fail',
      figures: untrue.length === 0 ? 'no contradiction' : list(untrue),
    },
    {
      what: 'gaps in the pictures are told',
      outcome: gaps.length === 0 ? 'pass' : 'fail',
      figures: gaps.length === 0 ? 'none was silent' : list(gaps),
    },
  ];
}
