// Run by reconnects.test.ts: a broker that lets in and throws out again, many times, and what each time leaves in memory.
import { connect, createServer } from 'node:net';
import { Publisher } from '../../agent/publish/publisher.ts';
import { liveBytes } from '../support/memory.ts';
import { freePort, program } from '../support/processes.ts';
import { queue } from '../support/queue.ts';
import { until } from '../support/until.ts';

const [how, leak] = process.argv.slice(2);
const TIMES = 150;
const held: unknown[] = [];

const brokerPort = await freePort();
const broker = program('mosquitto', ['-p', `${brokerPort}`, '-v']);
await until(() => /running/.test(broker.text()), 'mosquitto');
// What it says of each connection is not to be counted.
for (const stream of [broker.child.stdout!, broker.child.stderr!]) stream.removeAllListeners('data').resume();
/** Between it and the broker. */
const cable = createServer((socket) => {
  if (leak === 'leak') held.push(Buffer.alloc(4_096));
  const further = connect(brokerPort, '127.0.0.1');
  for (const [from, to] of [
    [socket, further],
    [further, socket],
  ] as const) {
    from.on('error', () => {});
    from.once('close', () => to.destroy());
    from.pipe(to);
  }
  // It has been let in by then.
  if (how === 'lost') further.once('data', () => setTimeout(() => socket.end(), 2));
});
await new Promise<void>((resolve) => cable.listen(0, '127.0.0.1', resolve));
const { port } = cable.address() as { port: number };
const connection = { url: `mqtt://127.0.0.1:${port}`, version: 5, keepaliveS: 60 } as const;
let connects = 0;
const publisher = new Publisher(
  {
    connection,
    baseTopic: 'works',
    node: 'box-1',
    software: 'test',
    queue: queue().queue,
    reconnect: { connected() {}, nextMs: () => 1 },
  },
  {
    onConnected: () => {
      connects++;
    },
    onTrouble() {},
    onCommand() {},
  },
);
const pass = async (times: number) => {
  for (const end = connects + times; connects < end; ) {
    const before = connects;
    if (how === 'renewed') await publisher.renew(connection);
    await until(() => connects > before, 'a connection', { withinMs: 20_000, everyMs: 1 });
  }
};
await pass(TIMES);
const before = liveBytes();
await pass(TIMES);
process.stdout.write(`${JSON.stringify({ bytesEach: (liveBytes() - before) / TIMES })}\n`);
broker.stop();
process.exit(0);
