import { createConnection } from 'node:net';

/** Ports of addresses that name none: RFC 2326 and 7826 (rtsp, rtsps), IANA (mqtt, mqtts). */
const PORTS: Readonly<Record<string, number>> = {
  'rtsp:': 554,
  'rtsps:': 322,
  'mqtt:': 1883,
  'mqtts:': 8883,
};

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export function endpointOf(url: string): Endpoint {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || PORTS[protocol]! };
}

/** Why nothing accepts a TCP connection there: a code of the system or "no answer"; undefined when something does. */
export function whyUnreachable(endpoint: Endpoint, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ ...endpoint, timeout: timeoutMs });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (cause: NodeJS.ErrnoException) => end(cause.code ?? 'no connection'));
  });
}
