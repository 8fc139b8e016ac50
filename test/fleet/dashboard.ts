import { connect, type IClientOptions } from 'mqtt';
import { BASE } from '../support/plant.ts';
import { until } from '../support/until.ts';
import type { Tally } from './tally.ts';

export interface Listener extends AsyncDisposable {
  /** Everything that it heard, and of that, signals. */
  readonly messages: number;
  readonly signals: number;
  readonly gaps: number;
  /** Milliseconds from the end of a window to its signal, for windows that closed while nothing was wrong. */
  readonly latencies: readonly number[];
}

/** The one dashboard of the plant: every topic, QoS 1, in order. */
export async function listen(url: string, tls: IClientOptions, tally: Tally): Promise<Listener> {
  const counts = { messages: 0, signals: 0, gaps: 0 };
  const latencies: number[] = [];
  const client = connect(url, {
    ...{ ...tls, protocolVersion: 5, clientId: 'dashboard', username: 'dashboard' },
    // A broker that was killed has forgotten it: it must be back before the nodes are.
    reconnectPeriod: 20,
  });
  let ready = 0;
  client.on('connect', () => client.subscribe(`${BASE}/#`, { qos: 1 }, (error) => error ?? ready++));
  client.on('error', () => {});
  client.on('message', (topic, payload) => {
    counts.messages++;
    if (topic.endsWith('/gap')) counts.gaps++;
    if (!topic.endsWith('/signal')) return;
    counts.signals++;
    const { id, window } = JSON.parse(payload.toString('utf8')) as { id: string; window: { end: string } };
    tally.heard(id);
    latencies.push(Date.now() - Date.parse(window.end));
  });
  await until(() => ready > 0, 'the dashboard');
  return {
    get messages() {
      return counts.messages;
    },
    get signals() {
      return counts.signals;
    },
    get gaps() {
      return counts.gaps;
    },
    latencies,
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
