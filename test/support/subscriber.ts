import { connect, type IPublishPacket } from 'mqtt';
import { faultOf, nameOn } from './contract.ts';
import { BASE, PASSWORDS } from './plant.ts';
import { until } from './until.ts';

export interface Heard {
  readonly name: string;
  readonly text: string;
  /** What is left of its message expiry. */
  readonly expiryS: number | undefined;
}

/** A dashboard that notes signals and gaps byte for byte; what does not fit the published schemas is a fault. */
export async function subscriber(url: string) {
  const heard: Heard[] = [];
  const faults: string[] = [];
  const client = connect(url, {
    username: 'dashboard',
    password: PASSWORDS.dashboard,
    protocolVersion: 5,
    reconnectPeriod: 100,
  });
  client.on('error', () => {});
  client.on('message', (topic, payload, { properties }: IPublishPacket) => {
    const name = nameOn(topic);
    if (name !== 'signal' && name !== 'gap') return;
    const text = payload.toString('utf8');
    const fault = faultOf(name, JSON.parse(text));
    if (fault !== undefined) faults.push(fault);
    heard.push({ name, text, expiryS: properties?.messageExpiryInterval });
  });
  let ready = 0;
  client.on('connect', () => client.subscribe(`${BASE}/#`, { qos: 1 }, () => ready++));
  await until(() => ready > 0, 'the dashboard');
  return {
    heard,
    faults,
    /** How often it has subscribed: a broker that was killed has forgotten it. */
    get ready() {
      return ready;
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
