import { connect } from 'mqtt';
import { lineFor } from './lines.ts';

/**
 * The plant's side of the demo: a program that knows the broker's address and a topic, and nothing else of the daemon.
 * Prints each message as one line; tells its parent of each window whether there were numbers in it.
 */
const [url, topic] = process.argv.slice(2);
if (url === undefined || topic === undefined) throw new Error('usage: subscriber URL TOPIC');

const client = connect(url, { protocolVersion: 4, clientId: 'demo-dashboard', reconnectPeriod: 500 });
client.on('connect', () => client.subscribe(topic, { qos: 1 }));
client.on('message', (name, payload) => {
  const message: unknown = JSON.parse(payload.toString('utf8'));
  process.stdout.write(`${lineFor(name, message, new Date())}\n`);
  if (name.endsWith('/signal')) process.send?.((message as { state: string }).state);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => client.end(true, {}, () => process.exit(0)));
process.on('disconnect', () => process.exit(0));
