import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseAllDocuments, stringify } from 'yaml';
import { boxFrom } from '../../agent/deploy/kubernetes/box.ts';
import { inYaml, manifests } from '../../agent/deploy/kubernetes/manifests.ts';
import { type Manifest, ruleFaults, typeFaults } from '../support/kubernetes.ts';
import { agent } from '../support/processes.ts';

const SECRETS = '/run/secrets/micron-edge';
const OPTIONS = { image: 'registry.plant.example/micron-edge:0.1.0', namespace: 'micron-edge', isGpu: false };
const lookup = async (host: string) => (host === 'broker.plant.example' ? ['10.20.0.5'] : []);

const configuration = (node: string, address: string, more: object = {}) => ({
  node: { id: node },
  governance: { purpose: 'demo', jurisdiction: 'EU', notice: 'a test' },
  mqtt: {
    url: 'mqtts://broker.plant.example',
    baseTopic: 'a/b',
    tls: {
      caFile: `${SECRETS}/server-ca.pem`,
      certFile: `${SECRETS}/node.pem`,
      keyFile: `${SECRETS}/node-key.pem`,
    },
  },
  health: { http: {} },
  cameras: [
    {
      id: 'cam',
      url: `rtsp://${address}:8554/live`,
      credentialsFile: `${SECRETS}/cam`,
      zones: [
        {
          id: 'press',
          polygon: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
          headCount: 12,
        },
      ],
    },
  ],
  ...more,
});

const folder = t.testdir();
function file(name: string, content: object): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.yaml`);
  // Read as it would be read on the machine: demo takes no camera of a network.
  const governance = {
    ...{ purpose: 'safety', jurisdiction: 'JP', legalBasis: 'x y z', notice: 'sign' },
    dpia: { reference: 'D-1', expires: '2099-12-31' },
  };
  writeFileSync(path, stringify({ ...content, governance }));
  return path;
}
const a = file('a', configuration('box-a', '10.20.1.1'));
const b = file('b', configuration('box-b', '10.20.1.2'));

const boxes = await Promise.all([boxFrom('edge-1.plant', a), boxFrom('edge-2.plant', b)]);
async function made(options: object = {}): Promise<Manifest[]> {
  const all = { ...OPTIONS, ...options };
  const text = inYaml(await manifests(boxes, all, lookup), boxes, all);
  return parseAllDocuments(text, { strict: true }).map((each) => each.toJS());
}
const kind = (all: readonly Manifest[], name: string) => all.find((each) => each.kind === name);
const podOf = (all: readonly Manifest[]) => kind(all, 'DaemonSet').spec.template.spec;

t.test('on the CPU and with a GPU: Kubernetes knows every field, and no rule is broken', async (t) => {
  const both = [await made(), await made({ isGpu: true })] as const;
  t.same(typeFaults(folder, both.flat()), []);
  for (const [i, all] of both.entries()) {
    const pod = podOf(all);
    t.same(ruleFaults(pod), []);
    t.equal(pod.runtimeClassName, i === 1 ? 'nvidia' : undefined);
    t.equal(pod.containers[0].resources.limits['nvidia.com/gpu'], i === 1 ? '1' : undefined);
    for (const each of all) if (each.kind !== 'Namespace') t.equal(each.metadata.namespace, 'micron-edge');
  }
});

t.test('the judges see what is wrong', async (t) => {
  const spoilt = async (spoil: (pod: Manifest) => void) => {
    const all = await made();
    spoil(podOf(all));
    return all;
  };
  const faults = typeFaults(folder, [
    ...(await spoilt((pod) => {
      pod.containers[0].imagePullPolice = 'Always';
    })),
    ...(await spoilt((pod) => {
      pod.terminationGracePeriodSeconds = '30';
    })),
    ...(await spoilt((pod) => {
      delete pod.containers[0].name;
    })),
  ]);
  t.equal(faults.length, 3, faults.join('\n'));
  for (const words of [/imagePullPolice/, /'string'.*'number'/, /name/]) t.match(faults.join('\n'), words);

  const wrong: [string, (pod: Manifest) => unknown][] = [
    ['not privileged', ({ containers: [each] }) => Object.assign(each.securityContext, { privileged: true })],
    ['no namespace of the machine', (pod) => Object.assign(pod, { hostNetwork: true })],
    ['a pinned image', ({ containers: [each] }) => Object.assign(each, { image: 'micron-edge:latest' })],
    [
      'a pinned image',
      ({ containers: [each] }) => Object.assign(each, { image: 'registry:5000/micron-edge' }),
    ],
    [
      'no capability',
      ({ containers: [each] }) => Object.assign(each.securityContext.capabilities, { add: ['X'] }),
    ],
    ['the root is read-only', ({ containers: [each] }) => delete each.securityContext.readOnlyRootFilesystem],
    [
      'no folder of the machine but the state, and one to read',
      ({ volumes }) => Object.assign(volumes[2].hostPath, { path: '/' }),
    ],
  ];
  for (const [rule, spoil] of wrong) t.same(ruleFaults(podOf(await spoilt(spoil))), [rule]);
});

t.test('each machine has its own configuration and its own secrets', async (t) => {
  const all = await made();
  const { data, metadata } = kind(all, 'ConfigMap');
  t.same(Object.keys(data), ['edge-1.plant.yaml', 'edge-2.plant.yaml']);
  t.match(data['edge-2.plant.yaml'], /id: box-b/);
  const pod = podOf(all);
  const volume = (name: string) => pod.volumes.find((each: Manifest) => each.name === name);
  t.equal(volume('config').configMap.name, metadata.name);
  t.match(volume('secrets').secret.items, [
    { key: 'edge-1.plant.cam', path: 'edge-1.plant/cam' },
    { key: 'edge-1.plant.node-key.pem', path: 'edge-1.plant/node-key.pem' },
  ]);
  const mounts = pod.containers[0].volumeMounts;
  const mount = (name: string) => mounts.find((each: Manifest) => each.name === name);
  t.match(mount('config'), { subPathExpr: '$(NODE_NAME).yaml', readOnly: true });
  t.match(mount('secrets'), { mountPath: SECRETS, subPathExpr: '$(NODE_NAME)', readOnly: true });
  t.same(pod.containers[0].env[0].valueFrom.fieldRef.fieldPath, 'spec.nodeName');
  const [{ matchExpressions }] =
    pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  t.same(matchExpressions[0].values, ['edge-1.plant', 'edge-2.plant'], 'and nowhere else it runs');
  const other = { ...boxes[0]!, text: `${boxes[0]!.text}\n# changed\n` };
  const changed = await manifests([other, boxes[1]!], OPTIONS, lookup);
  t.not(kind(changed, 'ConfigMap').metadata.name, metadata.name, 'a changed configuration has another name');
});

t.test('whom it may talk to: cameras and broker, by port; names need a name server', async (t) => {
  const { spec } = kind(await made(), 'NetworkPolicy');
  t.same(spec.policyTypes, ['Ingress', 'Egress']);
  t.same(spec.ingress, [], 'nobody comes in');
  const to = (cidr: string) => spec.egress.find((each: Manifest) => each.to[0].ipBlock?.cidr === cidr)?.ports;
  t.same(to('10.20.0.5/32'), [{ protocol: 'TCP', port: 8883 }]);
  t.same(to('10.20.1.1/32'), [{ protocol: 'TCP', port: 8554 }]);
  t.same(to('10.20.1.2/32'), [{ protocol: 'TCP', port: 8554 }]);
  t.equal(spec.egress.length, 4, 'and the name servers');
  t.same(spec.podSelector.matchLabels, kind(await made(), 'DaemonSet').spec.template.metadata.labels);

  const config = configuration('box-c', '[fd00::9]');
  const datagrams = { ...config, mqtt: { ...config.mqtt, url: 'mqtts://10.20.0.5' } };
  Object.assign(datagrams.cameras[0]!, { transport: 'udp' });
  const box = await boxFrom('edge-3', file('c', datagrams));
  const policy = kind(await manifests([box], OPTIONS, lookup), 'NetworkPolicy');
  t.equal(policy.spec.egress.length, 2, 'addresses need no name server');
  t.same(policy.spec.ingress, [
    { from: [{ ipBlock: { cidr: 'fd00::9/128' } }], ports: [{ protocol: 'UDP' }] },
  ]);
  t.same(policy.spec.egress[1].ports, [{ protocol: 'TCP', port: 8554 }, { protocol: 'UDP' }]);
});

t.test('what cannot run there is refused, with what to write instead', async (t) => {
  const config = configuration('box-a', '10.20.1.1');
  const cases: [string, object, RegExp][] = [
    [
      'relative',
      { ...config, mqtt: { ...config.mqtt, tls: { caFile: 'server-ca.pem' } } },
      /mqtt\.tls\.caFile would not be there/,
    ],
    ['no-health', { ...config, health: {} }, /health\.http is not as the probes/],
    ['state', { ...config, state: { folder: '/data' } }, /state\.folder is \/data/],
  ];
  for (const [name, content, message] of cases) {
    const error = await boxFrom('edge-1', file(name, content)).catch((cause) => cause);
    t.match(error, { fault: 'config', code: 'not-for-kubernetes', message });
  }
  await t.rejects(boxFrom('Edge_1', a), { code: 'not-for-kubernetes' });
  await t.rejects(boxFrom('edge-1', folder), { code: 'not-for-kubernetes' });
});

t.test('on the command line', async (t) => {
  await using good = agent([
    'deploy',
    'kubernetes',
    `edge-1=${file('d', { ...configuration('d', '10.20.1.1'), mqtt: { url: 'mqtt://10.0.0.1', baseTopic: 'a' } })}`,
  ]);
  t.equal(await good.exited, 0, good.stderr);
  t.match(good.stdout, /^# Written by `micron-edge deploy kubernetes`/);
  t.equal(parseAllDocuments(good.stdout).length, 5);
  for (const args of [[], ['a'], [`a=${a}`, `a=${b}`], [`a=${a}`, '--image', 'micron-edge:latest']]) {
    await using bad = agent(['deploy', 'kubernetes', ...args]);
    t.equal(await bad.exited, 2, args.join(' '));
    t.match(bad.stderr, /^Usage: micron-edge deploy kubernetes/);
  }
});
