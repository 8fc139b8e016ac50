import { connect } from 'mqtt';
import { OperatorError } from '../domain/errors.ts';
import { type Connection, clientOptions } from '../publish/connection.ts';
import { refusalOf } from '../publish/refusal.ts';
import type { DayFiles } from './day-files.ts';
import { lineOf, MOST_BYTES } from './line.ts';
import { type Received, receive, type Unfit } from './received.ts';

export interface RecorderOptions {
  readonly connection: Connection;
  /** The same after each start: the broker keeps what comes meanwhile for it. */
  readonly clientId: string;
  readonly filters: readonly string[];
  readonly files: Pick<DayFiles, 'append'>;
  readonly nowMs: () => number;
}

export interface RecorderEvents {
  onRecording(): void;
  /** Once per kind of trouble, until it is over. */
  onTrouble(trouble: { readonly message: string; readonly remedy: string }): void;
  /** Once per topic and reason. */
  onUnfit(topic: string, reason: Unfit): void;
}

export interface Tally {
  readonly messages: number;
  readonly unfit: number;
}

/** How long the broker keeps messages for a recorder that is away, where it is MQTT 5 and willing. */
const SESSION_S = 7 * 86_400;
const RECONNECT_MS = 2_000;
const MOST_TOLD = 1000;

/** What may still come as a retained message, or again: neither may be lost, so only health is left to the system. */
const mustLast = (received: Received | Unfit): boolean =>
  typeof received !== 'string' && received.kind !== 'health';

/**
 * Writes down what nodes say until `ended`. A message is acknowledged when it is written, so that the broker sends it
 * again to a recorder that died. What is no message of a node is noted without its content.
 * @throws OperatorError broker-login-refused (before the first connection), broker-refuses-reading, recording-unwritable
 */
export async function record(
  { connection, clientId, filters, files, nowMs }: RecorderOptions,
  events: RecorderEvents,
  ended: AbortSignal,
): Promise<Tally> {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const over = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  const seen = new Set<string>();
  const tally = { messages: 0, unfit: 0 };
  let connected = 0;
  let trouble: string | undefined;
  const tell = (code: string, message: string, remedy: string) => {
    if (code !== trouble) events.onTrouble({ message, remedy });
    trouble = code;
  };

  const client = connect(connection.url, {
    ...clientOptions(connection),
    clean: false,
    clientId,
    reconnectPeriod: RECONNECT_MS,
    ...(connection.version === 5 ? { properties: { sessionExpiryInterval: SESSION_S } } : {}),
  });
  // Of mqtt.js: an acknowledgement goes out when `done` is called without an error, and the next message waits for that.
  client.handleMessage = ({ topic, payload }, done) => {
    const received = read(topic, payload);
    const atMs = nowMs();
    const base = { at: new Date(atMs).toISOString(), topic };
    const line =
      typeof received === 'string' ? { ...base, unfit: received } : { ...base, payload: received.body };
    const written = () => {
      if (typeof received === 'string') {
        tally.unfit++;
        const key = `${topic} ${received}`;
        if (!seen.has(key) && seen.size < MOST_TOLD) events.onUnfit(topic, received);
        if (seen.size < MOST_TOLD) seen.add(key);
      } else tally.messages++;
      done();
    };
    // Without a call of `done` it is not acknowledged.
    files.append(lineOf(line), atMs, mustLast(received)).then(written, reject);
  };
  client.on('connect', () => {
    connected++;
    trouble = undefined;
    client.subscribe([...filters], { qos: 1 }, (error, granted) => {
      if (!client.connected) return;
      if (error === null && granted?.every(({ qos }) => qos < 0x80)) return events.onRecording();
      reject(
        new OperatorError(
          'environment',
          'broker-refuses-reading',
          'The broker does not let this login read what nodes say.',
          {
            remedy: `Use the login of a dashboard (--user, --cert), which may read ${filters[0]} and so on.`,
          },
        ),
      );
    });
  });
  client.on('error', (error) => {
    const { code, message, remedy } = refusalOf(error);
    if (code === 'broker-login-refused' && connected === 0)
      reject(new OperatorError('environment', code, message, { remedy }));
    else tell(code, message, remedy);
  });
  client.on('close', () => {
    if (connected > 0 && !ended.aborted)
      tell('gone', 'The connection to the broker is gone.', 'It keeps what comes meanwhile, if it can.');
  });
  ended.addEventListener('abort', () => resolve(), { once: true });
  if (ended.aborted) resolve();
  try {
    await over;
  } finally {
    await client.endAsync();
  }
  return tally;
}

function read(topic: string, payload: string | Buffer): Received | Unfit {
  if (payload.length > MOST_BYTES) return 'wrong-fields';
  let value: unknown;
  try {
    value = JSON.parse(payload.toString());
  } catch {
    return 'not-json';
  }
  return receive(value, topic);
}
