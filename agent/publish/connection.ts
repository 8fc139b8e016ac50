import type { IClientOptions } from 'mqtt';

/** How the broker is reached; the same for every session of a node. */
export interface Connection {
  readonly url: string;
  readonly version: 4 | 5;
  readonly keepaliveS: number;
  readonly login?: { readonly username: string; readonly password: string };
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

/** A clean session; what waits for the broker waits in our own queues. */
export const clientOptions = ({ version, keepaliveS, login, tls }: Connection): IClientOptions => ({
  protocolVersion: version,
  clean: true,
  keepalive: keepaliveS,
  reconnectOnConnackError: true,
  queueQoSZero: false,
  resubscribe: false,
  rejectUnauthorized: true,
  ...login,
  ...tls,
});
