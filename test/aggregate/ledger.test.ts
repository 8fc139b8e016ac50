import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import type { Feed, Gap } from '../../agent/domain/gap.ts';
import { TestClock } from '../support/clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const payload = 'x'.repeat(200);
const entry = (startMs: number, zone = 'press') => ({
  zone,
  startMs,
  endMs: startMs + HOUR,
  epsilon: 1,
  payload,
});
const text = (folder: string) => readFileSync(join(folder, 'releases.jsonl'), 'utf8');

t.test('a message waits, byte for byte, until it is delivered', async (t) => {
  const folder = t.testdir();
  const options = { clock: new TestClock(), keepMs: 2 * DAY };
  const now = options.clock.wallMs();
  {
    await using ledger = await Ledger.open(folder, options);
    await ledger.append(entry(now));
    await ledger.delivered(await ledger.append(entry(now + HOUR)));
  }
  // The crash of a writer leaves half a line; nobody was told of that release.
  appendFileSync(join(folder, 'releases.jsonl'), '{"kind":"release","n":3,"zone":"pr');
  await using ledger = await Ledger.open(folder, options);
  t.match(ledger.waiting, [{ n: 1, zone: 'press', payload, owed: ['plain'] }]);
  t.equal(ledger.waiting.length, 1);
  t.equal(ledger.spent('press'), 2);
  t.ok(ledger.has('press', now));
  t.equal(await ledger.append(entry(now + 2 * HOUR)), 3);
  t.equal(text(folder).split('\n').length, 5, 'mark, two releases of before, one new, and the end');
  t.equal(statSync(join(folder, 'releases.jsonl')).mode & 0o777, 0o600);
});

t.test('the file shrinks, and never below what the budget of the day needs', async (t) => {
  const folder = t.testdir();
  const clock = new TestClock();
  await using ledger = await Ledger.open(folder, { clock, keepMs: DAY });
  for (let i = 0; i < 24; i++) {
    clock.pass(HOUR);
    const n = await ledger.append(entry(clock.wallMs() - HOUR));
    if (i !== 3) await ledger.delivered(n);
  }
  await ledger.shrink();
  t.equal(ledger.spent('press'), 24, 'nothing of the last 24 hours is lost');
  t.equal(ledger.waiting.length, 1);
  t.equal(text(folder).split(payload).length, 2, 'of messages only the one that waits is left');
  clock.pass(12 * HOUR);
  await ledger.shrink();
  t.equal(ledger.spent('press'), 12);
  t.same(ledger.waiting, [], 'nobody took it in time');
  clock.pass(12 * HOUR);
  await ledger.shrink();
  t.equal(text(folder).trimEnd().split('\n').length, 1, 'nothing but the mark');
});

t.test('a rewrite comes at most every ten minutes', async (t) => {
  const folder = t.testdir();
  const clock = new TestClock();
  await using ledger = await Ledger.open(folder, { clock, keepMs: DAY });
  await ledger.delivered(await ledger.append(entry(clock.wallMs())));
  const inode = () => statSync(join(folder, 'releases.jsonl')).ino;
  const before = inode();
  await ledger.shrink();
  t.equal(inode(), before);
  clock.pass(600_000);
  await ledger.shrink();
  t.not(inode(), before);
});

t.test('setting the wall clock brings no budget back, and takes none', async (t) => {
  const clock = new TestClock();
  await using ledger = await Ledger.open(t.testdir(), { clock, keepMs: 100 * DAY });
  await ledger.append(entry(0));
  for (const step of [3 * DAY, -9 * DAY, 6 * DAY]) {
    clock.step(step);
    t.equal(ledger.spent('press'), 1, `${step / DAY} days`);
  }
  clock.pass(DAY - 1);
  t.equal(ledger.spent('press'), 1);
  clock.pass(1);
  t.equal(ledger.spent('press'), 0);
});

t.test('over a restart of the service the monotonic clock goes on', async (t) => {
  const folder = t.testdir();
  const clock = new TestClock();
  const spent = async () => {
    await using ledger = await Ledger.open(folder, { clock, keepMs: DAY });
    return ledger.spent('press');
  };
  {
    await using ledger = await Ledger.open(folder, { clock, keepMs: DAY });
    await ledger.append(entry(0));
  }
  clock.pass(HOUR);
  clock.step(30 * HOUR);
  t.equal(await spent(), 1, 'the clock was set while it was off');
  clock.pass(23 * HOUR - 1);
  t.equal(await spent(), 1);
  clock.pass(1);
  t.equal(await spent(), 0);
});

t.test('time in which the machine was off does not count, whatever its clock says', async (t) => {
  const folder = t.testdir();
  const clock = new TestClock();
  const spent = async () => {
    await using ledger = await Ledger.open(folder, { clock, keepMs: DAY });
    return ledger.spent('press');
  };
  {
    await using ledger = await Ledger.open(folder, { clock, keepMs: DAY });
    await ledger.append(entry(0));
    clock.pass(HOUR);
  }
  clock.reboot(30 * HOUR);
  t.equal(await spent(), 1, 'off over the weekend');
  clock.reboot(-1000 * HOUR);
  t.equal(await spent(), 1, 'a clock that lost its battery');
  clock.reboot(2000 * HOUR);
  clock.pass(23 * HOUR);
  t.equal(await spent(), 1, 'the hour before the first restart was never written down');
  clock.pass(HOUR - 4_000);
  t.equal(await spent(), 1);
  clock.pass(4_000);
  t.equal(await spent(), 0, 'a day of running time');
});

t.test('a ledger that is not ours or not writable stops the start', async (t) => {
  const options = { clock: new TestClock(), keepMs: DAY };
  const folder = t.testdir({ 'releases.jsonl': 'hello\n' });
  await t.rejects(Ledger.open(folder, options), { code: 'ledger-corrupt', fault: 'environment' });
  await t.rejects(Ledger.open(join(folder, 'releases.jsonl/x'), options), { code: 'ledger-unwritable' });
});

t.test('each feed is done with a message by itself, and what was given up leaves a gap', async (t) => {
  const folder = t.testdir();
  const clock = new TestClock();
  const open = (feeds: readonly Feed[]) => Ledger.open(folder, { clock, keepMs: 2 * DAY, feeds });
  const now = clock.wallMs();
  const gap: Gap = {
    ...{ id: '5b8f3c1a-5c0e-4b7e-8f0a-2f4d9b6f7a21', feed: 'sparkplug', zone: 'press', reason: 'size' },
    ...{ count: 1, startMs: now, endMs: now + HOUR, at: 1 },
  };
  {
    await using ledger = await open(['plain', 'sparkplug']);
    for (let i = 0; i < 3; i++) await ledger.append(entry(now + i * HOUR));
    await ledger.append({ ...entry(now), epsilon: 0 });
    for (const n of [1, 2, 4]) await ledger.delivered(n, 'plain');
    await ledger.dropped(gap, 1);
    await ledger.delivered(4, 'sparkplug');
  }
  const owed = ({ waiting }: Ledger) => waiting.map((each) => [each.n, ...each.owed]);
  for (const time of ['from the notes', 'from the file written anew']) {
    await using ledger = await open(['plain', 'sparkplug']);
    t.same(
      owed(ledger),
      [
        [2, 'sparkplug'],
        [3, 'plain', 'sparkplug'],
      ],
      time,
    );
    t.same(ledger.gaps, [gap]);
    t.equal(ledger.spent('press'), 3, 'what was given up stays spent');
  }
  t.notOk(text(folder).includes('"n":4'), 'what costs nothing is gone with its delivery');
  {
    await using ledger = await open(['plain']);
    t.same([owed(ledger), ledger.gaps], [[[3, 'plain']], []], 'a feed that was turned off gets nothing more');
  }
  await using ledger = await open(['plain', 'sparkplug']);
  await ledger.told(gap.id);
  t.same(ledger.gaps, []);
});
