import { connectAsync, type MqttClient } from 'mqtt';
import { clientOptions } from './connection.ts';
import type { PublisherOptions } from './publisher.ts';
import { refusalOf } from './refusal.ts';
import { rootOf, TOPICS } from './topics.ts';

/** What a login may do, as the broker itself says; undefined where its protocol has no words for a refusal. */
export interface Trial {
  readonly mayWrite: boolean | undefined;
  readonly mayReadCommands: boolean;
  /** It could speak for another box too. */
  readonly mayWriteElsewhere: boolean | undefined;
}

/** MQTT 5, 3.4.2.1 and 3.9.3: not authorised; 3.1.1, 3.9.3: failure. */
const REFUSED = 0x80;

/**
 * Connects as the daemon does, under another name so that a running one is not put out, and asks what it may do. What it
 * says is empty, not retained, and on a topic that nobody reads.
 *
 * @returns a refusal as `refusalOf` words it, or what the login may do
 */
export async function tryBroker(
  { connection, ...node }: Pick<PublisherOptions, 'connection' | 'baseTopic' | 'node'>,
  timeoutMs: number,
): Promise<Trial | ReturnType<typeof refusalOf>> {
  let client: MqttClient;
  try {
    client = await connectAsync(
      connection.url,
      {
        ...clientOptions(connection),
        clientId: `micron-edge-${node.node}-doctor`,
        reconnectPeriod: 0,
        reconnectOnConnackError: false,
        connectTimeout: timeoutMs,
      },
      false,
    );
  } catch (error) {
    return refusalOf(error as Error);
  }
  try {
    client.on('error', () => {});
    const root = rootOf(node);
    // 3.1.1 acknowledges what it throws away.
    const says = connection.version === 5;
    const mayWrite = await takes(client, `${root}/doctor`);
    const grants = await client
      .subscribeAsync(`${root}/${TOPICS.command.path}`, { qos: 1 })
      .catch(() => [{ qos: REFUSED }]);
    const elsewhere = await takes(client, `${rootOf({ ...node, node: `${node.node}-another` })}/doctor`);
    return {
      mayWrite: says ? mayWrite : undefined,
      mayReadCommands: grants.every(({ qos }) => qos < REFUSED),
      mayWriteElsewhere: says ? elsewhere : undefined,
    };
  } finally {
    await client.endAsync(true);
  }
}

const takes = (client: MqttClient, topic: string): Promise<boolean> =>
  client.publishAsync(topic, '', { qos: 1 }).then(
    () => true,
    () => false,
  );
