import t from 'tap';
import type { GapMessage, Signal } from '../../agent/publish/messages.ts';
import { accountFor, type Pause, type Run, type Span, silentGaps, windowFindings } from './windows.ts';

const MINUTE = 60_000;
const W = 15_000;
const at = (ms: number) => new Date(ms).toISOString();
const signal = (
  zone: string,
  startMs: number,
  more: object = { state: 'released', slots: { none: 3 } },
): Signal => ({ zone, window: { start: at(startMs), end: at(startMs + W) }, ...more }) as unknown as Signal;
const withheld = (reason: string) => ({ state: 'withheld', reason });

/** Five minutes in which all went well: two zones of one camera, from half a window after the start. */
function run(change: Partial<Run> = {}): Run {
  const zones = new Map([
    ['left', 'one'],
    ['right', 'one'],
  ]);
  const signals = [...zones.keys()].flatMap((zone) =>
    Array.from({ length: 21 }, (_, i) => signal(zone, i * W)),
  );
  return {
    windowMs: W,
    fromMs: 7_000,
    toMs: 5 * MINUTE,
    zones,
    signals,
    gaps: [],
    cameras: [{ atMs: 0, camera: 'one', state: 'streaming' }],
    pauses: [],
    brokerDeaths: [],
    acknowledged: new Set(),
    ...change,
  };
}
const without = (zone: string, startMs: number) =>
  run().signals.filter((each) => !(each.zone === zone && each.window.start === at(startMs)));
const instead = (zone: string, startMs: number, more: object) => [
  ...without(zone, startMs),
  signal(zone, startMs, more),
];

t.test('every window that has begun and is long over is one of each zone', async (t) => {
  const { windows, tally, lost, untrue } = accountFor(run());
  // From 15 s, the first that has begun since, to the one that ended ten seconds before the end.
  t.equal(windows, 2 * 18);
  t.same(tally, { 'released, pictures all the time': 36 });
  t.same([lost, untrue], [[], []]);
});

t.test('a window that nobody heard of is lost', async (t) => {
  const account = accountFor(run({ signals: without('right', 4 * W) }));
  t.same(account.lost, [`right ${at(4 * W)}`]);
  t.equal(windowFindings(account, [])[0]!.outcome, 'fail');
});

t.test(
  'a gap marker covers as many windows of its zone as it counts, in its span, by the last of its id',
  async (t) => {
    const signals = without('right', 4 * W).filter(
      ({ zone, window }) => zone === 'left' || window.start !== at(5 * W),
    );
    const gap = (count: number, more: object = {}) =>
      ({
        zone: 'right',
        id: 'a',
        from: at(4 * W),
        to: at(6 * W),
        count,
        reason: 'size',
        ...more,
      }) as GapMessage;
    const lost = (...gaps: GapMessage[]) => accountFor(run({ signals, gaps })).lost.length;
    t.equal(lost(), 2);
    t.equal(lost(gap(2)), 0);
    t.equal(accountFor(run({ signals, gaps: [gap(2)] })).tally['gap: size'], 2);
    t.equal(lost(gap(1)), 1, 'it counts one');
    t.equal(lost(gap(1), gap(2)), 0, 'and has grown');
    t.equal(lost(gap(2), gap(1)), 1, 'the last one holds');
    t.equal(lost(gap(2, { to: at(5 * W) })), 1, 'it ends before');
    t.equal(lost(gap(2, { zone: 'left' })), 2, 'of another zone');
  },
);

t.test('a broker that was killed takes only what it has acknowledged, and only then', async (t) => {
  const signals = without('right', 4 * W);
  const receipt = new Set([`right ${at(4 * W)}`]);
  const death: Span = { fromMs: 5 * W + 3_000, toMs: 5 * W + 9_000 };
  t.same(accountFor(run({ signals, acknowledged: receipt, brokerDeaths: [death] })).lost, []);
  t.equal(accountFor(run({ signals, brokerDeaths: [death] })).lost.length, 1, 'without a receipt');
  t.equal(accountFor(run({ signals, acknowledged: receipt })).lost.length, 1, 'without a death');
  const before = { fromMs: 2 * W, toMs: 3 * W };
  const after = { fromMs: 8 * W, toMs: 9 * W };
  for (const brokerDeaths of [[before], [after]])
    t.equal(
      accountFor(run({ signals, acknowledged: receipt, brokerDeaths })).lost.length,
      1,
      'at another time',
    );
});

t.test('twice is once if it is the same, and a contradiction if not', async (t) => {
  const { signals } = run();
  t.same(accountFor(run({ signals: [...signals, signal('left', 3 * W)] })).untrue, []);
  const other = signal('left', 3 * W, { state: 'released', slots: { none: 4 } });
  const { untrue } = accountFor(run({ signals: [...signals, other] }));
  t.match(untrue, [/left .* twice, differently/]);
});

t.test('capture is a reason in a pause and nowhere else', async (t) => {
  const signals = instead('left', 4 * W, withheld('capture'));
  // Asked for before the window and held within it; whether a look fell between the two, only the daemon knows.
  const pause: Pause = {
    askedMs: 4 * W - 500,
    heldMs: 4 * W + 500,
    liftedMs: 5 * W - 500,
    overMs: 5 * W + 500,
  };
  t.match(accountFor(run({ signals })).untrue, [/left .* there was no pause/]);
  const half = { ...pause, askedMs: 4 * W + 6_000 };
  t.match(accountFor(run({ signals, pauses: [half] })).untrue, [/there was no pause/]);
  const account = accountFor(run({ signals, pauses: [pause] }));
  t.equal(account.tally['withheld: capture'], 1);
  t.same(account.untrue, [], 'left says one, right the other');
});

t.test('a window that is released in the middle of a pause is a contradiction', async (t) => {
  const pause: Pause = { askedMs: 4 * W - 3_000, heldMs: 4 * W, liftedMs: 5 * W, overMs: 5 * W + 300 };
  t.match(accountFor(run({ pauses: [pause] })).untrue, [/left .* released, in a pause/, /right/]);
});

t.test('nothing in the run can spend the budget or fill the disk', async (t) => {
  for (const reason of ['budget', 'ledger', 'headcount'])
    t.match(accountFor(run({ signals: instead('left', 4 * W, withheld(reason)) })).untrue, [reason]);
  t.same(accountFor(run({ signals: instead('left', 4 * W, withheld('total')) })).untrue, []);
});

t.test('windows with a gap in the pictures are told apart, by the reason', async (t) => {
  const cameras = [
    { atMs: 0, camera: 'one', state: 'streaming' },
    { atMs: 4 * W + 1_000, camera: 'one', state: 'waiting', code: 'ended' },
    { atMs: 4 * W + 1_200, camera: 'one', state: 'connecting', code: 'ended' },
    { atMs: 5 * W + 1_000, camera: 'one', state: 'streaming' },
    { atMs: 8 * W, camera: 'two', state: 'waiting', code: 'not-found' },
  ];
  t.same(accountFor(run({ cameras })).tally, {
    'released, pictures all the time': 32,
    'released, pictures part of the time (ended)': 4,
  });
});

t.test('a gap of which the daemon says nothing', async (t) => {
  const sent = Array.from({ length: 60 }, (_, i) => ({
    camera: 'one',
    atMs: i * 1_000,
    pictures: i < 20 ? 5 * i : i < 32 ? 100 : 5 * (i - 12),
  }));
  const said = (atMs: number) => [
    { atMs: 0, camera: 'one', state: 'streaming' },
    { atMs, camera: 'one', state: 'waiting', code: 'stalled' },
    { atMs: 33_000, camera: 'one', state: 'streaming' },
  ];
  t.same(silentGaps(sent, run({ cameras: said(24_000) }), 7_000), []);
  t.match(silentGaps(sent, run(), 7_000), [/^one at 1970-01-01T00:00:20/]);
  t.same(silentGaps(sent, run(), 20_000), [], 'shorter than what must be told');
});
