import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import { stringify } from 'yaml';
import { faultOf, nameOn } from './contract.ts';
import { freePort, program } from './processes.ts';
import { until } from './until.ts';

export const BASE = 'works/hall/line';
/** Sparkplug's own. */
export const GROUP = 'Works Hall';
export const TOPIC = `${BASE}/micron-edge/box-1`;
/** Characters that break careless quoting. */
export const PASSWORDS = { agent: 'a:g"e n\'t%', dashboard: 'dash', operator: 'op' };

/**
 * A real Mosquitto with passwords, and an ACL under which the agent writes its own topics and reads its commands, the
 * dashboard reads everything, and the operator alone gives commands.
 */
export async function startMosquitto(folder: string, port?: number, moreAcl = '') {
  mkdirSync(folder, { recursive: true });
  // Mosquitto gives up root's rights before it reads its files.
  chmodSync(folder, 0o755);
  const path = (name: string) => join(folder, name);
  const listening = port ?? (await freePort());
  writeFileSync(path('passwords'), '', { mode: 0o644 });
  for (const [user, password] of Object.entries(PASSWORDS))
    execFileSync('mosquitto_passwd', ['-b', path('passwords'), user, password], { stdio: 'ignore' });
  chmodSync(path('passwords'), 0o644);
  writeFileSync(path('acl'), ACL + moreAcl, { mode: 0o644 });
  writeFileSync(
    path('mosquitto.conf'),
    `listener ${listening} 127.0.0.1\nallow_anonymous false\npassword_file ${path('passwords')}\nacl_file ${path('acl')}\n`,
    { mode: 0o644 },
  );
  const broker = program('mosquitto', ['-c', path('mosquitto.conf'), '-v']);
  await until(() => /running/.test(broker.text()), 'mosquitto');
  return { ...broker, port: listening, url: `mqtt://127.0.0.1:${listening}` };
}

const ACL = `user agent
topic write ${TOPIC}/#
topic read ${TOPIC}/command
topic write spBv1.0/${GROUP}/NBIRTH/box-1
topic write spBv1.0/${GROUP}/NDATA/box-1
topic write spBv1.0/${GROUP}/NDEATH/box-1
topic write spBv1.0/${GROUP}/DBIRTH/box-1/+
topic write spBv1.0/${GROUP}/DDATA/box-1/+
topic write spBv1.0/${GROUP}/DDEATH/box-1/+
topic read spBv1.0/${GROUP}/NCMD/box-1
topic read spBv1.0/STATE/+
user dashboard
topic read ${BASE}/#
user operator
topic write ${TOPIC}/command
topic read ${TOPIC}/command/answer
topic read spBv1.0/#
topic write spBv1.0/${GROUP}/NCMD/box-1
topic write spBv1.0/STATE/ignition
`;

export interface Message {
  readonly topic: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON from the wire, as a dashboard gets it
  readonly body: any;
}

export interface Dashboard extends AsyncDisposable {
  readonly messages: Message[];
  /** The broker has its subscription now. */
  readonly isListening: boolean;
}

/** Everything that the dashboard's login may read. Ends with an error if a message did not fit its published schema. */
export function dashboard(url: string): Dashboard {
  const messages: Message[] = [];
  let isListening = false;
  const faults = new Set<string>();
  const client = connect(url, {
    username: 'dashboard',
    password: PASSWORDS.dashboard,
    reconnectPeriod: 200,
    protocolVersion: 5,
  });
  client.on('connect', () =>
    client.subscribe(`${BASE}/#`, { qos: 1 }, (error) => {
      isListening = error === null && client.connected;
    }),
  );
  client.on('close', () => {
    isListening = false;
  });
  client.on('message', (topic, payload) => {
    const body = JSON.parse(payload.toString('utf8'));
    messages.push({ topic, body });
    // What operators send may be wrong, and some tests see to it.
    const fault = topic.endsWith('/command') ? undefined : faultOf(nameOn(topic), body);
    if (fault !== undefined) faults.add(`${topic}: ${fault}`);
  });
  client.on('error', () => {});
  return {
    messages,
    get isListening() {
      return isListening;
    },
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
      if (faults.size > 0) throw new Error([...faults].join('\n'));
    },
  };
}

/** Enough where it does not matter what is in the pictures, and cheap: no face is large enough to be looked at again and again. */
const PLAIN = { widthPx: 192, heightPx: 108 };
/** As a plant would have it: faces in the films are measured. */
export const MEASURED = { widthPx: 960, heightPx: 540 };

/** A configuration of one camera as an integrator would write it, in `folder`. */
export function writeConfig(
  folder: string,
  {
    camera,
    broker,
    credentials,
    password = PASSWORDS.agent,
    more = {},
    ofCamera = {},
    ofMqtt = {},
  }: {
    camera: string;
    broker: string;
    credentials?: string;
    password?: string;
    more?: object;
    /** Keys of the camera. */
    ofCamera?: object;
    /** Keys of the block mqtt. */
    ofMqtt?: object;
  },
): string {
  mkdirSync(folder, { recursive: true });
  const secret = (name: string, text: string) => {
    writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
    return name;
  };
  const config = {
    node: { id: 'box-1' },
    governance: { purpose: 'demo', jurisdiction: 'EU', notice: 'a test on synthetic faces' },
    aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, noise: 'none' },
    mqtt: {
      url: broker,
      baseTopic: BASE,
      username: 'agent',
      passwordFile: secret('mqtt-password', password),
      ...ofMqtt,
    },
    health: { intervalS: 1 },
    state: { folder: join(folder, 'state') },
    cameras: [
      {
        id: 'cam',
        url: camera,
        ...(credentials === undefined ? {} : { credentialsFile: secret('camera', credentials) }),
        stallMs: 3000,
        reconnect: { firstMs: 100, mostMs: 500 },
        analysis: PLAIN,
        zones: [
          {
            id: 'press',
            polygon: [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 1],
            ],
            headCount: 6,
          },
        ],
        ...ofCamera,
      },
    ],
    ...more,
  };
  const path = join(folder, 'config.yaml');
  writeFileSync(path, stringify(config));
  return path;
}
