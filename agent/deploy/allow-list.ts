import { isIP } from 'node:net';
import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { endpointOf } from '../network/reach.ts';

/** All addresses of a host name. Rejects as dns.lookup does. */
export type Lookup = (host: string) => Promise<readonly string[]>;

interface Peer {
  readonly what: string;
  readonly host: string;
}

/** Whom the daemon talks to, and nobody else: the broker, and cameras on a network. */
function peers({ mqtt, cameras }: Config): Peer[] {
  return [
    { what: 'broker', host: endpointOf(mqtt.url).host },
    ...cameras
      .filter(({ url }) => !url.startsWith('file:'))
      .map(({ id, url }) => ({ what: `camera ${id}`, host: endpointOf(url).host })),
  ];
}

/** `nameserver` lines of resolv.conf(5). */
export const nameServersIn = (text: string): string[] =>
  [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map(([, address]) => address!);

/**
 * The drop-in of the unit that lets the daemon reach the hosts of its configuration, by address: systemd filters packets
 * in the kernel, where there are no names (systemd.resource-control(5), IPAddressAllow=). Names are looked up now, and
 * the name servers are let through when there are any, so that the daemon can look them up too.
 *
 * @param resolvConf content of /etc/resolv.conf
 * @throws OperatorError host-unknown (exit code 4)
 */
export async function allowList(config: Config, lookup: Lookup, resolvConf: string): Promise<string> {
  const lines: string[] = [];
  let named = false;
  for (const { what, host } of peers(config)) {
    if (isIP(host) !== 0) {
      lines.push(`# ${what}`, `IPAddressAllow=${host}`);
      continue;
    }
    named = true;
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
    lines.push(`# ${what}: ${host}, as it was when this was written`);
    lines.push(...[...new Set(addresses)].map((address) => `IPAddressAllow=${address}`));
  }
  if (named)
    lines.push(
      '# name servers',
      ...nameServersIn(resolvConf).map((address) => `IPAddressAllow=${address.replace(/%.*/, '')}`),
    );
  return [
    '# Written by `micron-edge deploy addresses`: whom the daemon may talk to, besides this machine itself.',
    '# To be written again when a camera, the broker or an address of theirs changes.',
    '[Service]',
    ...lines,
    '',
  ].join('\n');
}
