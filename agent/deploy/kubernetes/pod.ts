import { IN_POD } from './box.ts';

/** User and group of the image, and owner of the state folder on each machine. */
export const USER = 10_001;

/** The endpoint is on loopback, where the kubelet cannot ask: so something in the container asks for it. */
const asks = (path: string) => ({
  exec: {
    command: [
      '/bin/bash',
      '-c',
      `exec 3<>/dev/tcp/127.0.0.1/${IN_POD.healthPort} && printf 'GET ${path} HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 4 _ code _ <&3 && [ "$code" = 200 ]`,
    ],
  },
  timeoutSeconds: 5,
});

const container = (image: string, isGpu: boolean) => ({
  name: 'micron-edge',
  image,
  args: ['run', IN_POD.config],
  env: [
    { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    // TensorRT keeps its engines there.
    ...(isGpu ? [{ name: 'CACHE_DIRECTORY', value: '/var/cache/micron-edge' }] : []),
  ],
  resources: {
    requests: { cpu: '1', memory: '1Gi', ...(isGpu ? { 'nvidia.com/gpu': '1' } : {}) },
    limits: { cpu: '4', memory: '3Gi', ...(isGpu ? { 'nvidia.com/gpu': '1' } : {}) },
  },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  startupProbe: { ...asks('/livez'), periodSeconds: 5, failureThreshold: 24 },
  livenessProbe: { ...asks('/livez'), periodSeconds: 20, failureThreshold: 3 },
  readinessProbe: { ...asks('/readyz'), periodSeconds: 15, failureThreshold: 2 },
  volumeMounts: [
    // Each machine sees its own configuration and its own secrets.
    { name: 'config', mountPath: IN_POD.config, subPathExpr: '$(NODE_NAME).yaml', readOnly: true },
    { name: 'secrets', mountPath: IN_POD.secrets, subPathExpr: '$(NODE_NAME)', readOnly: true },
    { name: 'state', mountPath: IN_POD.state },
    { name: 'tmp', mountPath: '/tmp' },
    ...(isGpu
      ? [
          { name: 'cache', mountPath: '/var/cache/micron-edge' },
          { name: 'onnxruntime', mountPath: '/usr/local/lib/micron-edge/onnxruntime', readOnly: true },
        ]
      : []),
  ],
});

export interface PodOptions {
  readonly image: string;
  readonly isGpu: boolean;
  readonly machines: readonly string[];
  readonly configMap: string;
  readonly secret: string;
  /** Key of the Secret -> file below the folder of secrets. */
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

export const podSpec = ({ image, isGpu, machines, configMap, secret, items }: PodOptions) => ({
  serviceAccountName: 'micron-edge',
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  // The sandbox's own first process then buries what a killed decoder leaves.
  shareProcessNamespace: true,
  terminationGracePeriodSeconds: 30,
  ...(isGpu ? { runtimeClassName: 'nvidia' } : {}),
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: machines }] },
        ],
      },
    },
  },
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [container(image, isGpu)],
  volumes: [
    { name: 'config', configMap: { name: configMap, defaultMode: 0o440 } },
    { name: 'secrets', secret: { secretName: secret, defaultMode: 0o440, items } },
    // Ledger, budget, audit log, pauses: they must outlive pods, or a day's budget could be spent twice. It must be there
    // before, and belong to the user above.
    { name: 'state', hostPath: { path: IN_POD.state, type: 'Directory' } },
    { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    ...(isGpu
      ? [
          { name: 'cache', emptyDir: { sizeLimit: '2Gi' } },
          // deploy/jetson/build.sh puts it there.
          {
            name: 'onnxruntime',
            hostPath: { path: '/usr/local/lib/micron-edge/onnxruntime', type: 'Directory' },
          },
        ]
      : []),
  ],
});
