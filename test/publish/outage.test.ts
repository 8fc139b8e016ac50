import { join } from 'node:path';
import t from 'tap';
import { systemDisk } from '../../agent/state/disk.ts';
import { box } from '../support/box.ts';
import { TestClock } from '../support/clock.ts';
import { startMosquitto } from '../support/plant.ts';
import { freePort } from '../support/processes.ts';
import { Relay } from '../support/relay.ts';
import { type Heard, subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KEEP_S = 48 * 3600;
const WITHIN = { withinMs: 60_000 };

const bodies = (heard: readonly Heard[], name: string) =>
  heard.filter((each) => each.name === name).map(({ text }) => JSON.parse(text));
const starts = (heard: readonly Heard[]) => bodies(heard, 'signal').map(({ window }) => window.start);
const isSorted = (list: readonly string[]) => list.every((each, i) => i === 0 || each > list[i - 1]!);

t.test('an outage across the bound, and kill -9 in it: one gap, then the rest in order, once', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const clock = new TestClock();
  const firstMs = clock.wallMs();
  const windows = async (of: Awaited<ReturnType<typeof box>>, count: number) => {
    for (let i = 0; i < count; i++) {
      clock.pass(15 * MINUTE);
      await of.close();
    }
  };
  const away = await box(folder, url, { clock });
  await windows(away, 13);
  t.same([away.queue.waiting, away.queue.discarded, away.warned], [10, 3, ['size']]);
  await away.kill();
  const still = await box(folder, url, { clock });
  t.same([still.queue.waiting, still.ledger.gaps.length], [10, 1], 'as it was');
  await windows(still, 4);
  await still.kill();
  const spent = still.ledger.spent('press');
  await using broker = await startMosquitto(join(folder, 'broker'), port);
  await using plant = await subscriber(broker.url);
  {
    await using back = await box(folder, url, { clock });
    await until(() => back.queue.waiting === 0, 'all of it', WITHIN);
    t.equal(back.ledger.spent('press'), spent, 'what was given up stays paid for');
    t.equal(spent, 17);
  }
  const { heard, faults } = plant;
  await until(() => heard.length === 11, 'all heard');
  t.same(faults, []);
  t.equal(heard[0]!.name, 'gap', 'first of all');
  t.match(JSON.parse(heard[0]!.text), {
    zone: 'press',
    count: 7,
    reason: 'size',
    from: new Date(firstMs).toISOString(),
    to: new Date(firstMs + 7 * 15 * MINUTE).toISOString(),
  });
  t.ok(isSorted(starts(heard)), 'in order');
  t.equal(new Set(bodies(heard, 'signal').map(({ id }) => id)).size, 10, 'each once, each with a name');
  // The broker passes on what is left of it, to the second.
  const expected = Array.from({ length: 10 }, (_, i) => KEEP_S - (9 - i) * 15 * 60);
  for (const [i, { expiryS }] of heard.slice(1).entries())
    t.ok(
      Math.abs(expiryS! - expected[i]!) <= 2,
      `expiry ${expiryS} of ${expected[i]}: less what it has waited`,
    );
  await using _again = await box(folder, url, { clock });
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.equal(heard.length, 11, 'and nothing once more after the next start');
});

t.test('the broker killed between PUBLISH and PUBACK: that message twice, byte for byte', async (t) => {
  const folder = t.testdir();
  const first = await startMosquitto(join(folder, 'broker'));
  await using cable = await Relay.to(first.port);
  await using plant = await subscriber(first.url);
  await using sender = await box(folder, `mqtt://127.0.0.1:${cable.port}`);
  await sender.close();
  await until(() => plant.heard.length === 1 && sender.queue.waiting === 0, 'the first');
  // PUBACK, packet type 4 (MQTT 5, 3.4.1), is lost.
  cable.change = (chunk, towards) =>
    towards === 'client' && (chunk[0]! & 0xf0) === 0x40 ? undefined : chunk;
  for (let i = 0; i < 3; i++) await sender.close();
  await until(() => plant.heard.length === 2, 'the second');
  t.equal(sender.queue.waiting, 3, 'heard, and not acknowledged');
  const { ready } = plant;
  first.child.kill('SIGKILL');
  await first.exited;
  cable.refuses = true;
  await using _second = await startMosquitto(join(folder, 'broker'), first.port);
  await until(() => plant.ready > ready, 'the dashboard is back', WITHIN);
  cable.mend();
  await until(() => sender.queue.waiting === 0, 'the rest', WITHIN);
  await until(() => plant.heard.length === 5, 'all heard');
  const texts = plant.heard.map(({ text }) => text);
  t.equal(texts[2], texts[1], 'the same once more');
  t.equal(new Set(texts).size, 4, 'and no other');
  t.same(bodies(plant.heard, 'gap'), []);
  t.ok(isSorted([...new Set(starts(plant.heard))]), 'in order');
});

t.test('a slow broker: what is on its way stays, the oldest behind it make way', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using cable = await Relay.to(broker.port);
  await using plant = await subscriber(broker.url);
  const clock = new TestClock();
  await using sender = await box(folder, `mqtt://127.0.0.1:${cable.port}`, { clock });
  await until(() => sender.publisher.condition.connected, 'the connection');
  // Four bytes of an acknowledgement take a third of a second.
  cable.bytesPerS = 12;
  for (let i = 0; i < 30; i++) {
    clock.pass(15 * MINUTE);
    await sender.close();
  }
  t.ok(sender.queue.discarded > 15, `${sender.queue.discarded} are given up`);
  await until(() => sender.queue.waiting === 0, 'the rest', WITHIN);
  const counted = () => bodies(plant.heard, 'gap').reduce((sum, { count }) => sum + count, 0);
  await until(() => counted() + starts(plant.heard).length === 30, 'all of it, one way or the other');
  t.equal(sender.publisher.state.reconnects, 0, 'over one connection');
  t.ok(isSorted(starts(plant.heard)), 'in order, none twice');
  t.same(plant.faults, []);
});

t.test('clocks that are set, and MQTT 3.1.1, which has no expiry', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const clock = new TestClock();
  const away = await box(folder, url, { clock, version: 4 });
  await away.close();
  clock.pass(HOUR);
  clock.step(-30 * HOUR);
  clock.pass(46 * HOUR);
  await away.close();
  t.same([away.queue.waiting, away.warned], [2, []], 'the first is 47 hours old, whatever was set meanwhile');
  clock.pass(HOUR);
  await away.close();
  t.same([away.queue.waiting, away.warned], [2, ['age']], 'a clock that was set back makes it no younger');
  clock.step(30 * HOUR);
  await away.close();
  t.same([away.queue.waiting, away.queue.discarded], [3, 1], 'the right time again');
  await away.kill();
  // Off for a weekend. The monotonic clock knows nothing of it, the other does.
  clock.reboot(60 * HOUR);
  await using broker = await startMosquitto(join(folder, 'broker'), port);
  await using plant = await subscriber(broker.url);
  await using back = await box(folder, url, { clock, version: 4 });
  await back.close();
  await until(() => back.queue.waiting === 0, 'all of it', WITHIN);
  await until(() => plant.heard.length === 2, 'all heard');
  t.match(bodies(plant.heard, 'gap'), [{ count: 4, reason: 'age' }], 'one gap over both lives');
  t.equal(starts(plant.heard).length, 1);
  t.equal(plant.heard[1]!.expiryS, undefined);
});

t.test('a full disk in an outage: the order holds, and nothing goes silently', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  let full = false;
  const disk = {
    ...systemDisk,
    async grow(path: string) {
      const file = await systemDisk.grow(path);
      const write = (bytes: Uint8Array) =>
        full ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) : file.write(bytes);
      return { ...file, write };
    },
  };
  const clock = new TestClock();
  const next = async (of: Awaited<ReturnType<typeof box>>) => {
    clock.pass(15 * MINUTE);
    await of.close();
  };
  const away = await box(folder, url, { clock, disk });
  for (let i = 0; i < 4; i++) await next(away);
  full = true;
  for (let i = 0; i < 9; i++) await next(away);
  full = false;
  await next(away);
  t.same([away.queue.waiting, away.queue.discarded], [10, 4]);
  await using broker = await startMosquitto(join(folder, 'broker'), port);
  await using plant = await subscriber(broker.url);
  await until(() => away.queue.waiting === 0, 'all of it', WITHIN);
  await until(() => plant.heard.length === 11, 'all heard');
  t.match(bodies(plant.heard, 'gap'), [{ count: 4, reason: 'size' }]);
  t.ok(isSorted(starts(plant.heard)));
  t.same(
    bodies(plant.heard, 'signal').map(({ reason }) => reason ?? 'released'),
    [...Array(9).fill('ledger'), 'released'],
    'what could not be recorded was not released',
  );
  await away[Symbol.asyncDispose]();
  await using back = await box(folder, url, { clock });
  t.same([back.queue.waiting, back.ledger.gaps], [0, []], 'and the ledger knows that all is done');
});
