import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { VERSION } from '../../installation.ts';
import type { Lookup } from '../peers.ts';
import type { Box } from './box.ts';
import { trafficOf } from './network-policy.ts';
import { podSpec } from './pod.ts';

export interface ManifestOptions {
  readonly image: string;
  readonly namespace: string;
  readonly isGpu: boolean;
}

/** Name of an object that changes with its content, so that pods begin anew when it does; old ones stay until deleted. */
const nameFor = (name: string, content: unknown): string =>
  `${name}-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 10)}`;

/**
 * Everything that the cluster needs but the Secret: namespace, account without rights, configurations, who may be talked
 * to, and a daemon on each machine that has a configuration.
 *
 * @throws OperatorError host-unknown
 */
export async function manifests(
  boxes: readonly Box[],
  { image, namespace, isGpu }: ManifestOptions,
  lookup: Lookup,
) {
  const name = isGpu ? 'micron-edge-gpu' : 'micron-edge';
  const labels = {
    'app.kubernetes.io/name': 'micron-edge',
    'app.kubernetes.io/component': isGpu ? 'gpu' : 'cpu',
  };
  const metadata = { namespace, labels };
  const data = Object.fromEntries(boxes.map(({ machine, text }) => [`${machine}.yaml`, text]));
  const configMap = nameFor(`${name}-config`, data);
  const items = boxes.flatMap(({ machine, secrets }) =>
    secrets.map((file) => ({ key: `${machine}.${file}`, path: `${machine}/${file}` })),
  );
  const pod = podSpec({
    ...{ image, isGpu, configMap, items },
    machines: boxes.map(({ machine }) => machine),
    secret: `${name}-secrets`,
  });
  const { ingress, egress } = await trafficOf(boxes, lookup);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: {
          // All of "restricted" is kept but one rule: the state lies in a folder of the machine.
          'pod-security.kubernetes.io/enforce': 'privileged',
          'pod-security.kubernetes.io/audit': 'restricted',
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'micron-edge', namespace },
      automountServiceAccountToken: false,
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: configMap, ...metadata },
      immutable: true,
      data,
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, ...metadata },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'], ingress, egress },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, ...metadata, labels: { ...labels, 'app.kubernetes.io/version': VERSION } },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        template: { metadata: { labels }, spec: pod },
      },
    },
  ];
}

/** As `kubectl apply -f -` takes it, with what has to be done by hand before. */
export function inYaml(
  documents: Awaited<ReturnType<typeof manifests>>,
  boxes: readonly Box[],
  { namespace, isGpu }: ManifestOptions,
): string {
  const secret = isGpu ? 'micron-edge-gpu-secrets' : 'micron-edge-secrets';
  const keys = boxes.flatMap(({ machine, secrets }) => secrets.map((file) => `${machine}.${file}`));
  const head = [
    '# Written by `micron-edge deploy kubernetes`; deploy/kubernetes/README.md explains.',
    '# On each machine, once: install -d -m 0700 -o 10001 -g 10001 /var/lib/micron-edge',
    `# The Secret ${secret} in ${namespace} has these keys, a file each:`,
    ...keys.map((key) => `#   ${key}`),
  ];
  return `${head.join('\n')}\n${documents.map((each) => `---\n${stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })}`).join('')}`;
}
