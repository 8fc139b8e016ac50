import type { MqttClient } from 'mqtt';
import t from 'tap';
import { asSealed } from '../../agent/domain/aggregate.ts';
import { Outbox } from '../../agent/publish/outbox.ts';
import { queue } from '../support/queue.ts';

const HOUR = 3_600_000;
const message = (n: number) => ({
  signal: asSealed({ zoneId: 'press', payload: String(n) }),
  window: { startMs: Date.now() - HOUR, endMs: Date.now() },
  n,
});

interface Sent {
  readonly payload: string;
  readonly expiryS: number;
  acknowledge(): void;
  fail(code?: number): void;
}

/** A client whose acknowledgements the test gives, and which forgets a message as the real one does. */
function scene(ackMs?: number) {
  const sent: Sent[] = [];
  const closed: (() => void)[] = [];
  const client = {
    connected: true,
    on: (_: string, listener: () => void) => closed.push(listener),
    publishAsync: (
      _: string,
      payload: string,
      { properties }: { properties: { messageExpiryInterval: number } },
    ) =>
      new Promise<void>((resolve, reject) =>
        sent.push({
          payload,
          expiryS: properties.messageExpiryInterval,
          acknowledge: () => resolve(),
          fail: (code) => reject(Object.assign(new Error('no'), code === undefined ? {} : { code })),
        }),
      ),
    getLastMessageId: () => sent.length,
    removeOutgoingMessage: (id: number) => sent[id - 1]!.fail(),
    stream: { destroy: () => void scene.cut() },
  };
  const refused: number[] = [];
  const silences: number[] = [];
  const waiting = queue();
  const outbox = new Outbox({
    client: client as unknown as MqttClient,
    queue: waiting.queue,
    letter: (sending) =>
      'gap' in sending
        ? { topic: 'gap', payload: `gap of ${sending.gap.count}` }
        : { topic: 'signal', payload: sending.signal.payload },
    onRefused: (reason) => refused.push(reason),
    onSilence: () => silences.push(sent.length),
    ...(ackMs === undefined ? {} : { ackMs }),
  });
  outbox.open();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const scene = {
    ...{ outbox, sent, refused, silences, settle, queue: waiting.queue, delivered: waiting.delivered },
    add(n: number) {
      waiting.queue.add(message(n));
      void outbox.drain();
    },
    async cut() {
      client.connected = false;
      for (const listener of closed) listener();
      await settle();
    },
    async mend() {
      client.connected = true;
      outbox.open();
      await settle();
    },
  };
  return scene;
}

t.test('one at a time, in order, and delivered when acknowledged', async (t) => {
  const { add, sent, settle, delivered, queue } = scene();
  for (const n of [1, 2]) add(n);
  await settle();
  t.same([sent.length, delivered, queue.waiting], [1, [], 2]);
  sent[0]!.acknowledge();
  await settle();
  t.same([sent.length, delivered, queue.waiting], [2, [1], 1]);
});

t.test('it rests when all is acknowledged, or the connection is gone', async (t) => {
  const { add, cut, sent, settle, outbox } = scene();
  let rested = 0;
  const rest = () => outbox.rested().then(() => rested++);
  await rest();
  t.equal(rested, 1, 'nothing to do');
  for (const n of [1, 2, 3]) add(n);
  void rest();
  for (const [i, each] of [0, 1].entries()) {
    sent[each]!.acknowledge();
    await settle();
    t.same([sent.length, rested], [i + 2, 1]);
  }
  sent[2]!.acknowledge();
  await settle();
  t.equal(rested, 2);
  add(4);
  void rest();
  await settle();
  t.equal(rested, 2);
  await cut();
  t.equal(rested, 3);
});

t.test('what was on its way when the connection went is sent again', async (t) => {
  const { add, cut, mend, sent, settle, delivered, queue } = scene();
  add(1);
  await cut();
  t.same([queue.waiting, delivered], [1, []]);
  await mend();
  t.same(
    sent.map(({ payload }) => payload),
    ['1', '1'],
  );
  sent[1]!.acknowledge();
  await settle();
  t.same([queue.waiting, delivered], [0, [1]]);
});

t.test('what the broker refuses does not block the rest; what it takes again it is told of', async (t) => {
  const { add, sent, refused, settle, delivered, queue } = scene();
  for (const n of [1, 2]) add(n);
  sent[0]!.fail(0x87);
  await settle();
  t.same([refused, queue.discarded, delivered, sent[1]?.payload], [[0x87], 1, [], '2']);
  sent[1]!.fail(0x87);
  await settle();
  t.equal(sent.length, 2, 'a gap would be refused too');
  add(3);
  sent[2]!.acknowledge();
  await settle();
  t.same([delivered, sent[3]?.payload], [[3], 'gap of 2']);
});

t.test('a broker that does not acknowledge gets a new connection, and the message once more', async (t) => {
  const { add, mend, sent, silences, settle, delivered } = scene(20);
  add(1);
  while (silences.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await settle();
  await mend();
  t.same(
    sent.map(({ payload }) => payload),
    ['1', '1'],
  );
  sent[1]!.acknowledge();
  await settle();
  t.same([silences, delivered], [[1], [1]]);
});
