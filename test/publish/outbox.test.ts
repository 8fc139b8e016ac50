import type { MqttClient } from 'mqtt';
import t from 'tap';
import { asSealed } from '../../agent/domain/aggregate.ts';
import { Outbox } from '../../agent/publish/outbox.ts';

const signal = (n: number) => asSealed({ zoneId: 'press', payload: String(n) });

/** A client whose acknowledgements the test gives. */
function scene() {
  const sent: { payload: string; acknowledge(): void; fail(code?: number): void }[] = [];
  const client = {
    connected: true,
    publishAsync: (_: string, payload: string) =>
      new Promise<void>((resolve, reject) =>
        sent.push({
          payload,
          acknowledge: () => resolve(),
          fail: (code) => reject(Object.assign(new Error('no'), code === undefined ? {} : { code })),
        }),
      ),
  };
  const refused: number[] = [];
  const outbox = new Outbox(
    client as unknown as MqttClient,
    (zone) => `t/${zone}`,
    (reason) => refused.push(reason),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { outbox, client, sent, refused, settle };
}

t.test('one at a time, in order, and delivered when acknowledged', async (t) => {
  const { outbox, sent, settle } = scene();
  const delivered: number[] = [];
  for (const n of [1, 2]) outbox.add(signal(n), () => delivered.push(n));
  await settle();
  t.same([sent.length, delivered, outbox.waiting], [1, [], 2]);
  sent[0]!.acknowledge();
  await settle();
  t.same([sent.length, delivered, outbox.waiting], [2, [1], 1]);
});

t.test('what was on its way when the connection went is sent again', async (t) => {
  const { outbox, client, sent, settle } = scene();
  let delivered = 0;
  outbox.add(signal(1), () => delivered++);
  client.connected = false;
  sent[0]!.fail();
  await settle();
  t.same([outbox.waiting, delivered], [1, 0]);
  client.connected = true;
  void outbox.drain();
  await settle();
  t.equal(sent[1]!.payload, '1');
  sent[1]!.acknowledge();
  await settle();
  t.same([outbox.waiting, delivered], [0, 1]);
});

t.test('what the broker refuses does not block the rest, and is not delivered', async (t) => {
  const { outbox, sent, refused, settle } = scene();
  let delivered = 0;
  for (const n of [1, 2]) outbox.add(signal(n), () => delivered++);
  sent[0]!.fail(0x87);
  await settle();
  t.same([refused, outbox.discarded, delivered, sent[1]?.payload], [[0x87], 1, 0, '2']);
});

t.test('while nobody takes them, the oldest of too many goes', async (t) => {
  const { outbox, client } = scene();
  client.connected = false;
  for (let n = 0; n < 2_003; n++) outbox.add(signal(n));
  t.same([outbox.waiting, outbox.discarded], [2_000, 3]);
});
