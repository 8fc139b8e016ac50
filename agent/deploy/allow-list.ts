import type { Config } from '../config/schema.ts';
import { addressesOf, isNamed, type Lookup, peersOf } from './peers.ts';

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
  const peers = peersOf(config);
  for (const peer of peers) {
    const origin = isNamed(peer) ? `: ${peer.host}, as it was when this was written` : '';
    lines.push(`# ${peer.what}${origin}`);
    lines.push(...(await addressesOf(peer, lookup)).map((address) => `IPAddressAllow=${address}`));
  }
  if (peers.some(isNamed))
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
