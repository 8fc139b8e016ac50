import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { release } from '../../agent/aggregate/release.ts';
import { WindowCounts } from '../../agent/aggregate/window.ts';
import type { ReleasedAggregate } from '../../agent/domain/aggregate.ts';
import { systemDisk } from '../../agent/state/disk.ts';
import { TestClock } from '../support/clock.ts';
import { NO_REGIONS } from '../support/regions.ts';

const RULES = {
  minHeadCount: 5,
  noise: 'discrete-laplace' as const,
  slotsPerTrack: 3,
  assumedTracksPerPerson: 4,
  epsilonPerWindow: 1,
  epsilonPerDay: 2,
};
const MINUTE = 60_000;
const DAY = 86_400_000;
const OPTIONS = { clock: new TestClock(0), keepMs: 2 * DAY };
const FULL = { headCount: 8, watched: true };
const closed = (n: number, none = 500) => ({
  zoneId: 'press',
  window: { startMs: n * MINUTE, endMs: (n + 1) * MINUTE },
  counts: { none, negative: 3, positive: 2, surprise: 1 },
  regions: NO_REGIONS,
});
const seal = (aggregate: ReleasedAggregate) => ({ payload: JSON.stringify(aggregate) });
const onDisk = (folder: string) => readFileSync(join(folder, 'releases.jsonl'), 'utf8');

t.test('a small zone is withheld without a draw, whatever happened in it', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), OPTIONS);
  const out = await release(closed(1), { ...FULL, headCount: 4 }, RULES, ledger, seal);
  t.match(out, { aggregate: { state: 'withheld', reason: 'headcount' }, n: 1 });
  t.equal(ledger.spent('press'), 0);
  t.match(ledger.waiting, [{ payload: out!.message.payload }], 'and waits for the broker with the others');
});

t.test('a window without capture costs nothing', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), OPTIONS);
  const out = await release(closed(1), { ...FULL, watched: false }, RULES, ledger, seal);
  t.match(out, { aggregate: { state: 'withheld', reason: 'capture' }, n: 1 });
  t.equal(ledger.spent('press'), 0);
});

t.test('the bytes are on disk before anybody gets them, and the window is drawn once', async (t) => {
  const folder = t.testdir();
  await using ledger = await Ledger.open(folder, OPTIONS);
  const out = (await release(closed(1), FULL, RULES, ledger, seal))!;
  t.ok(onDisk(folder).includes(JSON.stringify(out.message.payload)));
  t.match(ledger.waiting, [{ n: out.n, zone: 'press', payload: out.message.payload }]);
  t.equal(await release(closed(1, 9), FULL, RULES, ledger, seal), undefined, 'the clock was set back');
  t.equal(ledger.spent('press'), 1);
});

t.test('the daily budget ends releases, and comes back after 24 hours', async (t) => {
  const clock = new TestClock(0);
  await using ledger = await Ledger.open(t.testdir(), { ...OPTIONS, clock });
  const state = async (n: number) => (await release(closed(n), FULL, RULES, ledger, seal))?.aggregate;
  for (const n of [1, 2]) t.match(await state(n), { state: 'released' });
  t.match(await state(3), { state: 'withheld', reason: 'budget' });
  clock.pass(DAY - 1);
  t.match(await state(4), { state: 'withheld', reason: 'budget' });
  clock.pass(1);
  t.match(await state(5), { state: 'released' });
});

t.test('few slots: paid for and withheld by the noised total', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), OPTIONS);
  const none = { ...closed(1), counts: { none: -9999, negative: 0, positive: 0, surprise: 0 } };
  const out = await release(none, FULL, RULES, ledger, seal);
  t.match(out?.aggregate, { state: 'withheld', reason: 'total' });
  t.equal(ledger.spent('press'), 1);
  t.notMatch(out?.message.payload, /9999/);
});

t.test('without noise no count touches the disk', async (t) => {
  const folder = t.testdir();
  await using ledger = await Ledger.open(folder, OPTIONS);
  const out = await release(closed(1, 7777), FULL, { ...RULES, noise: 'none' }, ledger, seal);
  t.match(out, { aggregate: { state: 'released', counts: { none: 7777 } }, n: undefined });
  t.notMatch(onDisk(folder), /7777|release"/);
});

t.test('what cannot be entered is not released', async (t) => {
  const folder = t.testdir();
  let full = false;
  const disk = {
    ...systemDisk,
    async grow(path: string) {
      const file = await systemDisk.grow(path);
      return {
        ...file,
        write: (bytes: Uint8Array) =>
          full ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) : file.write(bytes),
      };
    },
  };
  await using ledger = await Ledger.open(folder, { ...OPTIONS, disk });
  full = true;
  const out = await release(closed(1), FULL, RULES, ledger, seal);
  t.match(out, { aggregate: { state: 'withheld', reason: 'ledger' }, n: undefined });
  t.equal(ledger.spent('press'), 0);
  full = false;
  t.match(await release(closed(2), FULL, RULES, ledger, seal), { aggregate: { state: 'released' } });
  t.equal(onDisk(folder).match(/"kind":"release"/g)?.length, 1);
  t.notOk(existsSync(join(folder, 'releases.jsonl.new')));
});

t.test('windows: aligned, complete, late slots counted until the grace is over', async (t) => {
  const windows = new WindowCounts(['a', 'b'], MINUTE, 1_500, 30_000);
  const slot = (earnedAtMs: number, zoneId = 'a') => windows.add({ zoneId, earnedAtMs, label: 'negative' });
  t.ok(slot(59_999));
  t.same(windows.close(61_000), [], 'still in its grace');
  t.ok(slot(59_000));
  t.notOk(slot(61_000, 'elsewhere'));
  const over = windows.close(61_500);
  t.same(
    over.map(({ zoneId, counts }) => [zoneId, counts.negative]),
    [
      ['a', 2],
      ['b', 0],
    ],
  );
  t.same(over[0]!.window, { startMs: 0, endMs: MINUTE });
  t.notOk(slot(59_999), 'its window is closed');
  t.equal(windows.close(10 * DAY).length, 2, 'a clock that jumped does not make a flood');
});

t.test('windows: at the end what is over waits for nothing, and what runs is cut', async (t) => {
  const slots = () => {
    const windows = new WindowCounts(['a', 'b'], MINUTE, 1_500, 30_000);
    for (const earnedAtMs of [59_000, 60_300]) windows.add({ zoneId: 'a', earnedAtMs, label: 'none' });
    return windows;
  };
  const told = ({ over, cut }: ReturnType<WindowCounts['end']>) =>
    [over, cut].map((each) =>
      each.map(({ zoneId, window, counts }) => [zoneId, window.startMs, window.cutMs, counts.none]),
    );
  t.same(told(slots().end(60_400)), [
    [
      ['a', 0, undefined, 1],
      ['b', 0, undefined, 0],
    ],
    [
      ['a', MINUTE, 61_000, 1],
      ['b', MINUTE, 61_000, 0],
    ],
  ]);
  const early = slots();
  t.same(told(early.end(59_500)), [
    [],
    [
      ['a', 0, MINUTE, 1],
      ['b', 0, MINUTE, 0],
    ],
  ]);
  t.same(early.end(59_600), { over: [], cut: [] }, 'once');
  const setBack = slots();
  setBack.close(61_500);
  t.same(setBack.end(30_000), { over: [], cut: [] }, 'a window that was closed is not closed again');
});

const REGIONS = { brows: 400, eyes: 0, nose: 0, cheeks: 0, mouth: 2, chin: 0 };
const WITH_REGIONS = { ...RULES, regions: { epsilonPerWindow: 0.5 }, epsilonPerDay: 3 };

t.test('regions: noise and interval of their own, and both are paid for', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), OPTIONS);
  const send = async (n: number) =>
    (await release({ ...closed(n), regions: REGIONS }, FULL, WITH_REGIONS, ledger, seal))!;
  const { aggregate, message } = await send(1);
  t.match(aggregate, {
    state: 'released',
    noise: { mechanism: 'discrete-laplace', epsilon: 1, interval95: 36 },
    regions: { noise: { mechanism: 'discrete-laplace', epsilon: 0.5, interval95: 72 } },
  });
  t.equal(ledger.spent('press'), 1.5);
  t.match(ledger.waiting, [{ n: 1, zone: 'press', payload: message.payload }], 'all of it is on disk');
  t.match(JSON.parse(message.payload).regions.counts, { brows: Number, chin: Number });
  t.match((await send(2)).aggregate, { state: 'released' });
  t.equal(ledger.spent('press'), 3);
  // Nothing is left for another, not even for the labels alone.
  t.match((await send(3)).aggregate, { state: 'withheld', reason: 'budget' });
});

t.test('regions: with the labels or not at all, and paid for all the same', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), OPTIONS);
  const counts = { none: -9999, negative: 0, positive: 0, surprise: 0 };
  const out = await release({ ...closed(1), counts, regions: REGIONS }, FULL, WITH_REGIONS, ledger, seal);
  t.same(out?.aggregate, {
    zoneId: 'press',
    window: closed(1).window,
    state: 'withheld',
    reason: 'total',
  });
  t.equal(ledger.spent('press'), 1.5);
  const small = await release(
    { ...closed(2), regions: REGIONS },
    { ...FULL, headCount: 4 },
    WITH_REGIONS,
    ledger,
    seal,
  );
  t.match(small?.aggregate, { state: 'withheld', reason: 'headcount', regions: undefined });
});

t.test('regions: off unless configured, whatever the window holds', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), OPTIONS);
  const out = await release({ ...closed(1), regions: REGIONS }, FULL, RULES, ledger, seal);
  t.notMatch(out?.message.payload, /regions|brows/);
  const demo = { ...WITH_REGIONS, noise: 'none' as const };
  t.match(await release({ ...closed(2), regions: REGIONS }, FULL, demo, ledger, seal), {
    aggregate: { regions: { counts: REGIONS, noise: { mechanism: 'none', interval95: 0 } } },
    n: undefined,
  });
});

t.test('windows: a slot is in one label and in one region at most', async (t) => {
  const windows = new WindowCounts(['a'], MINUTE, 0, 0);
  const slot = { zoneId: 'a', earnedAtMs: 1 };
  t.ok(windows.add({ ...slot, label: 'none' }));
  t.ok(windows.add({ ...slot, label: 'negative', region: 'brows' }));
  t.ok(windows.add({ ...slot, label: 'positive' }), 'from a camera that does not say where');
  const [first, second] = windows.close(2 * MINUTE);
  t.match(first, {
    counts: { none: 1, negative: 1, positive: 1, surprise: 0 },
    regions: { brows: 1, mouth: 0 },
  });
  t.match(second, { counts: { none: 0, negative: 0 }, regions: { brows: 0 } });
});

t.test('what is withheld says its reason and nothing else, whatever was in the window', async (t) => {
  const quiet = { counts: { none: 0, negative: 0, positive: 0, surprise: 0 }, regions: NO_REGIONS };
  const busy = { counts: { none: 9_000, negative: 700, positive: 80, surprise: 9 }, regions: REGIONS };
  const spent = { epsilonPerDay: 1.2 };
  for (const [reason, occasion, rules] of [
    ['headcount', { headCount: 4, watched: true }, {}],
    ['capture', { headCount: 8, watched: false }, {}],
    ['budget', FULL, spent],
    ['ledger', FULL, {}],
  ] as const) {
    const payloads = new Set<string>();
    for (const held of [quiet, busy]) {
      let full = false;
      const disk = {
        ...systemDisk,
        grow: async (path: string) =>
          full
            ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
            : systemDisk.grow(path).then((file) => ({
                ...file,
                sync: () =>
                  full ? Promise.reject(Object.assign(new Error('full'), { code: 'EIO' })) : file.sync(),
              })),
      };
      await using ledger = await Ledger.open(t.testdir(), { ...OPTIONS, disk });
      full = reason === 'ledger';
      const out = await release(
        { ...closed(1), ...held },
        occasion,
        { ...WITH_REGIONS, ...rules },
        ledger,
        seal,
      );
      payloads.add(out!.message.payload);
      t.match(out, { aggregate: { reason }, n: reason === 'ledger' ? undefined : 1 });
      t.equal(ledger.spent('press'), 0, 'and costs nothing');
    }
    t.equal(payloads.size, 1, [...payloads].join(' '));
  }
});
