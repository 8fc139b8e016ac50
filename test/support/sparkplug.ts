import { connect } from 'mqtt';
import protobuf from 'protobufjs';
import { GROUP, PASSWORDS } from './plant.ts';
import { until } from './until.ts';

/**
 * The payload by the table of fields in Sparkplug 3.0, section 6.4 (Google Protocol Buffers schema), as far as our
 * messages need it; what a decoder does not know it skips. Read by another library than the one that writes it.
 */
const PAYLOAD = protobuf
  .parse(
    `syntax = "proto2";
   message Payload {
     optional uint64 timestamp = 1; repeated Metric metrics = 2; optional uint64 seq = 3;
     message PropertyValue {
       optional uint32 type = 1; optional bool is_null = 2;
       oneof value {
         uint32 int_value = 3; uint64 long_value = 4; float float_value = 5; double double_value = 6;
         bool boolean_value = 7; string string_value = 8;
       }
     }
     message PropertySet { repeated string keys = 1; repeated PropertyValue values = 2; }
     message Metric {
       optional string name = 1; optional uint64 alias = 2; optional uint64 timestamp = 3; optional uint32 datatype = 4;
       optional bool is_historical = 5; optional bool is_transient = 6; optional bool is_null = 7;
       optional PropertySet properties = 9;
       oneof value {
         uint32 int_value = 10; uint64 long_value = 11; float float_value = 12; double double_value = 13;
         bool boolean_value = 14; string string_value = 15;
       }
     }
   }`,
    { keepCase: true },
  )
  .root.lookupType('Payload');

/** Section 6.4.16: numbers of data types. */
const TYPES: Readonly<Record<number, string>> = {
  4: 'Int64',
  10: 'Double',
  11: 'Boolean',
  12: 'String',
  13: 'DateTime',
};

interface Wire {
  readonly timestamp?: string;
  readonly seq?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a message off the wire
  readonly metrics?: any[];
}

export interface HeardMetric {
  readonly type: string;
  readonly value: unknown;
  readonly atMs: number;
  readonly isHistorical: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Heard {
  readonly topic: string;
  /** NBIRTH and so on. */
  readonly kind: string;
  readonly device: string | undefined;
  readonly qos: number;
  readonly retain: boolean;
  readonly atMs: number;
  readonly seq: number | undefined;
  readonly metrics: ReadonlyMap<string, HeardMetric>;
}

// Section 6.4.16: signed integers are the two's complement in an unsigned field.
const signed = (text: string): number => Number(BigInt.asIntN(64, BigInt(text)));

// biome-ignore lint/suspicious/noExplicitAny: a message off the wire
function valueIn(type: string | undefined, wire: any): unknown {
  if (wire.is_null) return null;
  if (type === 'Int64') return signed(wire.long_value);
  if (type === 'DateTime') return Number(wire.long_value);
  return { Double: wire.double_value, Boolean: wire.boolean_value, String: wire.string_value }[
    type as 'Double'
  ];
}

function decode(topic: string, payload: Buffer, qos: number, retain: boolean): Heard {
  const wire = PAYLOAD.toObject(PAYLOAD.decode(payload), { longs: String }) as Wire;
  const metrics = (wire.metrics ?? []).map((metric): [string, HeardMetric] => {
    const { keys = [], values = [] } = metric.properties ?? {};
    const type = TYPES[metric.datatype] ?? `type ${metric.datatype}`;
    return [
      metric.name,
      {
        type,
        value: valueIn(type, metric),
        atMs: Number(metric.timestamp),
        isHistorical: metric.is_historical ?? false,
        properties: Object.fromEntries(
          keys.map((key: string, i: number) => [key, valueIn(TYPES[values[i].type], values[i])]),
        ),
      },
    ];
  });
  const [, , kind, , device] = topic.split('/');
  return {
    topic,
    kind: kind!,
    device,
    qos,
    retain,
    atMs: Number(wire.timestamp),
    seq: wire.seq === undefined ? undefined : Number(wire.seq),
    metrics: new Map(metrics),
  };
}

const rebirth = (value: boolean): Uint8Array =>
  PAYLOAD.encode(
    PAYLOAD.fromObject({
      timestamp: 1,
      metrics: [{ name: 'Node Control/Rebirth', timestamp: 1, datatype: 11, boolean_value: value }],
    }),
  ).finish();

/** What a host application sees and can do. It subscribes with QoS 2 and `rap`, so that it sees QoS and retain as sent. */
export async function host(url: string) {
  const heard: Heard[] = [];
  const client = connect(url, { username: 'operator', password: PASSWORDS.operator, protocolVersion: 5 });
  await new Promise((resolve) => client.once('connect', resolve));
  client.on('message', (topic, payload, { qos, retain }) => {
    // Some tests send commands that nobody can decode.
    if (!topic.includes('/NCMD/')) heard.push(decode(topic, payload, qos, retain));
  });
  await client.subscribeAsync(`spBv1.0/${GROUP}/#`, { qos: 2, rap: true });
  const command = (payload: Uint8Array) =>
    client.publishAsync(`spBv1.0/${GROUP}/NCMD/box-1`, Buffer.from(payload), { qos: 0 });
  return {
    heard,
    of: (kind: string) => heard.filter((message) => message.kind === kind),
    /** The first message of a kind from the `from`th of all on. */
    wait: (kind: string, from = 0) =>
      until(() => heard.slice(from).find((message) => message.kind === kind), kind, { everyMs: 5 }),
    command,
    /** Resolves when all that the broker had for this host is here. */
    async pass() {
      const topic = `spBv1.0/${GROUP}/NCMD/box-1`;
      const back = new Promise<void>((resolve) => {
        const hear = (name: string) => {
          if (name !== topic) return;
          client.off('message', hear);
          resolve();
        };
        client.on('message', hear);
      });
      await command(rebirth(false));
      await back;
    },
    /** Node Control/Rebirth, as a Boolean. */
    rebirth: (value = true) => command(rebirth(value)),
    state: (online: boolean, timestamp: number) =>
      client.publishAsync('spBv1.0/STATE/ignition', JSON.stringify({ online, timestamp }), {
        qos: 1,
        retain: true,
      }),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
