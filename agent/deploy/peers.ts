import { isIP } from 'node:net';
import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { endpointOf } from '../network/reach.ts';

/** All addresses of a host name. Rejects as dns.lookup does. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Somebody to whom the daemon talks. */
export interface Peer {
  /** `broker`, or `camera ID`. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** Sends RTP over UDP, from and to ports that it names later. */
  readonly isDatagram: boolean;
}

/** Whom the daemon talks to, and nobody else: the broker, and cameras on a network. */
export const peersOf = ({ mqtt, cameras }: Config): Peer[] => [
  { what: 'broker', ...endpointOf(mqtt.url), isDatagram: false },
  ...cameras
    .filter(({ url }) => !url.startsWith('file:'))
    .map(({ id, url, transport }) => ({
      ...{ what: `camera ${id}`, ...endpointOf(url) },
      isDatagram: transport === 'udp',
    })),
];

export const isNamed = ({ host }: Peer): boolean => isIP(host) === 0;

/** @throws OperatorError host-unknown (exit code 4) */
export async function addressesOf({ what, host }: Peer, lookup: Lookup): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const addresses = await lookup(host).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError(
      'environment',
      'host-unknown',
      `The address of ${what} is not known: ${host} (${cause.code ?? 'no answer'}).`,
      {
        remedy: 'Name it in /etc/hosts or in the DNS, or write its address into the configuration.',
        cause,
      },
    );
  });
  return [...new Set(addresses)];
}
