import { UNFIT, type Unfit } from '../../record/received.ts';

/** What a line of a recording holds, whichever program wrote it. */
export interface Line {
  /** Milliseconds since the epoch at which it was received, by the clock of who received it. */
  readonly atMs?: number;
  readonly topic?: string;
  readonly payload: unknown;
}

/**
 * A line as `micron-edge record` writes it, or as `mosquitto_sub` does with -F %J, -F %j, -v, -F '%I %t %p', or none of
 * these (then without a topic). A text says why it is none.
 */
export function readLine(text: string): Line | Unfit {
  return text.startsWith('{') ? fromObject(text) : fromWords(text);
}

function fromObject(text: string): Line | Unfit {
  const value = json(text);
  if (typeof value !== 'object' || value === null) return 'not-json';
  const { at, tst, topic, payload, unfit, schema } = value as Record<string, unknown>;
  if (typeof schema === 'string') return { payload: value };
  if (typeof topic !== 'string') return 'not-ours';
  if (typeof unfit === 'string') return UNFIT.find((reason) => reason === unfit) ?? 'wrong-fields';
  const inner = typeof payload === 'string' ? json(payload) : payload;
  return inner === undefined ? 'not-json' : { ...timed(at ?? tst), topic, payload: inner };
}

function fromWords(text: string): Line | Unfit {
  const brace = text.indexOf(' {');
  if (brace < 0) return 'not-json';
  const words = text.slice(0, brace).split(' ');
  const payload = json(text.slice(brace + 1));
  if (payload === undefined) return 'not-json';
  return { ...timed(words.slice(0, -1).join(' ')), topic: words.at(-1)!, payload };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** mosquitto_sub writes 2026-11-25T13:35:02.131309Z+0100 for a local time that is an hour ahead of UTC. */
function timed(time: unknown): { atMs: number } | undefined {
  if (typeof time !== 'string') return undefined;
  const atMs = Date.parse(time.replace(/Z?([+-]\d\d):?(\d\d)$/, '$1:$2'));
  return Number.isNaN(atMs) ? undefined : { atMs };
}
