import { createServer } from 'node:net';
import t from 'tap';
import { Publisher } from '../../agent/publish/publisher.ts';
import { Reconnect } from '../../agent/publish/reconnect.ts';
import { queue } from '../support/queue.ts';
import { until } from '../support/until.ts';

t.test('waits grow while the broker is away, and are drawn', async (t) => {
  const waits = (random: () => number, count: number) => {
    const reconnect = new Reconnect(random);
    return Array.from({ length: count }, () => reconnect.nextMs());
  };
  t.same(
    waits(() => 0, 6),
    [1_000, 2_000, 4_000, 8_000, 10_000, 10_000],
  );
  t.same(
    waits(() => 1, 6),
    [2_000, 4_000, 8_000, 16_000, 20_000, 20_000],
  );
});

t.test('a connection that does not hold is no reason to hurry, one that has held is', async (t) => {
  const reconnect = new Reconnect(() => 1, 20);
  for (let i = 0; i < 4; i++) {
    t.equal(reconnect.nextMs(), 2_000 * 2 ** i);
    reconnect.connected();
  }
  await until(() => reconnect.nextMs() === 2_000 || void reconnect.connected(), 'the beginning', {
    everyMs: 40,
  });
});

t.test('the publisher asks before each try', async (t) => {
  let tries = 0;
  const server = createServer((socket) => {
    tries++;
    socket.on('error', () => {}).destroy();
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  t.teardown(() => server.close());
  let asked = 0;
  const reconnect = {
    connected() {},
    nextMs: () => {
      asked++;
      return 1 + (asked % 7);
    },
  };
  {
    await using _publisher = new Publisher(
      {
        connection: { url: `mqtt://127.0.0.1:${port}`, version: 5, keepaliveS: 30 },
        ...{ baseTopic: 'a', node: 'box-1', software: '1', queue: queue().queue, reconnect },
      },
      { onConnected() {}, onTrouble() {}, onCommand() {} },
    );
    await until(() => tries > 20, 'twenty tries');
  }
  t.ok(asked >= 20, `${asked} waits for ${tries} tries`);
});
