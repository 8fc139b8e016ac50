import t from 'tap';
import { asSealed } from '../../agent/domain/aggregate.ts';
import type { Gap } from '../../agent/domain/gap.ts';
import type { Outcome, Queue, QueueOptions } from '../../agent/publish/queue.ts';
import { TestClock } from '../support/clock.ts';
import { queue } from '../support/queue.ts';
import { seeded } from '../support/random.ts';

const HOUR = 3_600_000;

function scene(options: Partial<QueueOptions> = {}) {
  const clock = new TestClock();
  const waiting = queue({ clock, keepMs: 48 * HOUR, mostSignals: 10, ...options });
  let n = 0;
  return {
    ...waiting,
    clock,
    /** A window closes now. */
    add(zoneId = 'press', bytes = 1) {
      const endMs = clock.wallMs();
      waiting.queue.add({
        signal: asSealed({ zoneId, payload: `${++n} ${'x'.repeat(bytes)}` }),
        window: { startMs: endMs - HOUR, endMs },
        n,
      });
    },
  };
}

/** All that comes out, settled as it comes. */
function drained(from: Queue, outcome: Outcome = 'delivered') {
  const out: string[] = [];
  for (let sending = from.take(); sending !== undefined; sending = from.take()) {
    if ('gap' in sending) {
      const { zone, count, reason, startMs, endMs } = sending.gap;
      out.push(`${zone} ${count} ${reason} ${(endMs - startMs) / HOUR} h`);
    } else out.push(sending.signal.payload.split(' ')[0]!);
    sending.settle(outcome);
  }
  return out;
}

t.test('of too many the oldest make way, for one gap of their zone', async (t) => {
  const { queue, add, clock, begun, delivered, gaps } = scene();
  for (let i = 0; i < 8; i++) {
    clock.pass(HOUR);
    for (const zone of ['press', 'paint']) add(zone);
  }
  t.same([queue.waiting, queue.discarded], [10, 6]);
  t.same(begun, ['press size', 'paint size'], 'each beginning is told once');
  t.equal(gaps.size, 2);
  t.same(drained(queue), [
    'press 3 size 3 h',
    'paint 3 size 3 h',
    ...'7 8 9 10 11 12 13 14 15 16'.split(' '),
  ]);
  t.equal(gaps.size, 0, 'told');
  t.same(delivered, [7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
});

t.test('what makes way does not depend on what is in it', async (t) => {
  const one = scene();
  const other = scene();
  for (let i = 0; i < 30; i++) {
    one.add('press', 1);
    other.add('press', i % 2 === 0 ? 1 : 9_000);
  }
  t.same(drained(one.queue), drained(other.queue));
});

t.test('a message that is on its way is not dropped, and a gap not changed', async (t) => {
  const { queue, add } = scene();
  add();
  const first = queue.take()!;
  for (let i = 0; i < 12; i++) add();
  first.settle('delivered');
  const gap = queue.take() as { gap: Gap; settle(outcome: Outcome): void };
  t.equal(gap.gap.count, 3);
  for (let i = 0; i < 2; i++) add();
  gap.settle('delivered');
  t.same(drained(queue), ['press 1 size 1 h', ...'6 7 8 9 10 11 12 13 14 15'.split(' ')]);
});

t.test('too old by either clock, and no younger when one is set back', async (t) => {
  const { queue, add, clock } = scene();
  add();
  clock.pass(47 * HOUR);
  const expiryS = () => {
    const sending = queue.take()!;
    sending.settle('failed');
    return sending.expiryS;
  };
  t.equal(expiryS(), 3600, 'the time that it has waited is taken off');
  clock.step(-40 * HOUR);
  t.equal(expiryS(), 3600, 'a clock that is set back');
  add();
  clock.step(41 * HOUR);
  t.same(drained(queue), ['press 1 age 1 h', '2'], 'a clock that is set forward: given up, and told');
  add();
  clock.pass(48 * HOUR);
  queue.expire();
  t.equal(queue.waiting, 0, 'without anybody who takes');
});

t.test(
  'a life of random faults: nothing is lost without a gap, nothing comes twice, all in order',
  async (t) => {
    const seed = Date.now() % 1e9;
    t.comment(`seed ${seed}`);
    const random = seeded(seed);
    for (let life = 0; life < 200; life++) {
      const { queue, add, clock } = scene({ mostSignals: 10 + Math.floor(random() * 5) });
      const heard: number[] = [];
      let added = 0;
      let told = 0;
      let isThere = true;
      for (let step = 0; step < 200; step++) {
        clock.pass(random() * 2 * HOUR);
        if (random() < 0.05) clock.step((random() - 0.5) * 20 * HOUR);
        if (random() < 0.1) isThere = !isThere;
        add(random() < 0.5 ? 'press' : 'paint');
        added++;
        if (!isThere) continue;
        for (let sending = queue.take(); sending !== undefined; sending = queue.take()) {
          const outcome = random() < 0.8 ? 'delivered' : random() < 0.5 ? 'refused' : 'failed';
          sending.settle(outcome);
          if (outcome === 'failed') break;
          if (outcome !== 'delivered') continue;
          if ('gap' in sending) told += sending.gap.count;
          else heard.push(Number(sending.signal.payload.split(' ')[0]));
        }
      }
      // What is refused at the end holds back its gap until something is taken.
      for (const outcome of ['delivered', 'delivered'] as const) {
        add();
        added++;
        for (let sending = queue.take(); sending !== undefined; sending = queue.take()) {
          sending.settle(outcome);
          if ('gap' in sending) told += sending.gap.count;
          else heard.push(Number(sending.signal.payload.split(' ')[0]));
        }
      }
      const isOrdered = heard.every((each, i) => i === 0 || each > heard[i - 1]!);
      if (!isOrdered || heard.length + told !== added || queue.discarded !== told)
        t.fail(`life ${life}, seed ${seed}: ${heard.length} heard, ${told} told, ${added} added`);
    }
    t.pass('200 lives');
  },
);
