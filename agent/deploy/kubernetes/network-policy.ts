import { isIPv6 } from 'node:net';
import { addressesOf, isNamed, type Lookup, peersOf } from '../peers.ts';
import type { Box } from './box.ts';

const NAME_SERVER = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
};

/**
 * Rules of a NetworkPolicy: out to cameras and brokers by address and port, and in only where a camera sends RTP over
 * UDP. A policy is for all pods alike, so each box may reach the cameras of the others too.
 *
 * @throws OperatorError host-unknown
 */
export async function trafficOf(boxes: readonly Box[], lookup: Lookup) {
  const ports = new Map<string, Set<number>>();
  const datagrams = new Set<string>();
  const peers = boxes.flatMap(({ config }) => peersOf(config));
  for (const peer of peers)
    for (const address of await addressesOf(peer, lookup)) {
      ports.set(address, (ports.get(address) ?? new Set()).add(peer.port));
      if (peer.isDatagram) datagrams.add(address);
    }
  const block = (address: string) => ({
    ipBlock: { cidr: `${address}/${isIPv6(address) ? 128 : 32}` },
  });
  const anyDatagram = [{ protocol: 'UDP' }];
  const egress = [...ports].map(([address, each]) => ({
    to: [block(address)],
    ports: [
      ...[...each].map((port): object => ({ protocol: 'TCP', port })),
      ...(datagrams.has(address) ? anyDatagram : []),
    ],
  }));
  const names = {
    to: [NAME_SERVER],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  return {
    ingress: [...datagrams].map((address) => ({ from: [block(address)], ports: anyDatagram })),
    egress: peers.some(isNamed) ? [...egress, names] : egress,
  };
}
