import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { boxFrom, IN_POD } from '../../agent/deploy/kubernetes/box.ts';
import { manifests } from '../../agent/deploy/kubernetes/manifests.ts';
import { USER } from '../../agent/deploy/kubernetes/pod.ts';
import { ROOT, VERSION } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import type { Manifest } from '../support/kubernetes.ts';
import { BASE, dashboard, PASSWORDS, startMosquitto } from '../support/plant.ts';
import { program } from '../support/processes.ts';
import { until } from '../support/until.ts';

/**
 * `npm run test:image`: the image built from the Debian package on Debian 13 and run by Podman as the DaemonSet would run
 * it: its user, its mounts, its probes, read-only, without a capability. Needs root, debootstrap, buildah, podman, crun.
 */
const DEB = join(ROOT, `dist/package/micron-edge_${VERSION}_amd64.deb`);
const IMAGE = `localhost/micron-edge:${VERSION}`;
const SUITE = 'trixie';

if (process.getuid?.() !== 0) t.bailout('only root can build and run it: sudo npm run test:image');

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });

/** Debian 13 as an archive; minutes the first time. */
function base(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'micron-edge');
  const archive = join(cache, `${SUITE}-image.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(cache, { recursive: true });
  const root = mkdtempSync('/var/tmp/micron-edge-base-');
  chmodSync(root, 0o755);
  try {
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates', SUITE, root]);
    run('tar', ['-C', root, '--exclude=./var/cache/apt/archives/*.deb', '-cf', archive, '.']);
  } finally {
    rmSync(root, { recursive: true });
  }
  return archive;
}

/** Podman with cgroup v2 alone, whatever this machine has, and images in a place of its own. */
const podman = (store: string, ...args: readonly string[]): readonly [string, string[]] => [
  'unshare',
  [
    ...['-m', 'sh', '-c'],
    'umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec podman --root "$0/images" --runroot "$0/run" --storage-driver overlay --cgroup-manager cgroupfs "$@"',
    ...[store, ...args],
  ],
];

t.test('built, looked over by its own doctor, run and probed', { timeout: 1_800_000 }, async (t) => {
  const store = mkdtempSync('/var/tmp/micron-edge-image-');
  // The broker in it gives up root's rights before it reads its files.
  chmodSync(store, 0o755);
  t.teardown(() => {
    execFileSync(...podman(store, 'rm', '--force', '--all'), { stdio: 'ignore' });
    rmSync(store, { recursive: true, force: true });
  });
  const buildah = (...args: string[]) =>
    run('buildah', ['--root', join(store, 'images'), '--storage-driver', 'overlay', ...args]).trim();

  const empty = buildah('from', 'scratch');
  buildah('add', '-q', empty, base(), '/');
  buildah('commit', '-q', '--rm', empty, 'localhost/debian:13');
  const context = join(store, 'context');
  mkdirSync(join(context, 'dist/package'), { recursive: true });
  cpSync(DEB, join(context, 'dist/package', `micron-edge_${VERSION}_amd64.deb`));
  buildah(
    ...['bud', '--isolation', 'chroot', '--network', 'host', '--build-arg', 'BASE=localhost/debian:13'],
    ...['-f', join(ROOT, 'deploy/kubernetes/Containerfile'), '-t', IMAGE, context],
  );

  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  await using broker = await startMosquitto(join(store, 'broker'));
  const polygon = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const file = join(store, 'edge-1.yaml');
  writeFileSync(
    file,
    stringify({
      node: { id: 'box-1' },
      governance: {
        ...{ purpose: 'safety', jurisdiction: 'JP', legalBasis: 'a test on synthetic faces', notice: 'sign' },
        dpia: { reference: 'D-1', expires: '2099-12-31' },
        agreement: { reference: 'A-1' },
      },
      aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 5, epsilonPerDay: 1000 },
      mqtt: {
        url: broker.url,
        baseTopic: BASE,
        username: 'agent',
        passwordFile: `${IN_POD.secrets}/mqtt-password`,
      },
      health: { intervalS: 1, http: {} },
      cameras: [{ id: 'cam', url: camera.url, zones: [{ id: 'press', polygon, headCount: 6 }] }],
    }),
  );
  const box = await boxFrom('edge-1', file);
  const all: Manifest[] = await manifests(
    [box],
    { image: IMAGE, namespace: 'x', isGpu: false },
    async () => [],
  );
  const pod = all.find(({ kind }) => kind === 'DaemonSet').spec.template.spec;
  const [container] = pod.containers;

  // As the kubelet lays it out: files for the group of the pod, a state folder that belongs to its user.
  const secrets = join(store, 'secrets');
  const state = join(store, 'state');
  for (const folder of [secrets, state]) mkdirSync(folder);
  writeFileSync(join(secrets, 'mqtt-password'), `${PASSWORDS.agent}\n`);
  chmodSync(join(secrets, 'mqtt-password'), 0o440);
  chownSync(join(secrets, 'mqtt-password'), 0, USER);
  chmodSync(state, 0o700);
  chownSync(state, USER, USER);
  chmodSync(file, 0o444);
  const sources: Readonly<Record<string, string>> = { config: file, secrets, state };
  const mounts = container.volumeMounts.flatMap(({ name, mountPath, readOnly }: Manifest) =>
    name === 'tmp'
      ? ['--tmpfs', `${mountPath}:mode=1777,size=64m`]
      : ['-v', `${sources[name]}:${mountPath}${readOnly === true ? ':ro' : ''}`],
  );
  const { runAsUser, runAsGroup } = pod.securityContext;
  const constraints = [
    ...[
      '--rm',
      '--cgroups=disabled',
      '--network',
      'host',
      '--ulimit',
      'nofile=1024:2048',
      '--ulimit',
      'nproc=1024:2048',
    ],
    ...['--read-only', '--read-only-tmpfs=false', '--user', `${runAsUser}:${runAsGroup}`],
    ...[...container.securityContext.capabilities.drop.flatMap((each: string) => ['--cap-drop', each])],
    ...['--security-opt', 'no-new-privileges', ...mounts],
  ];

  {
    const args = ['run', ...constraints, IMAGE, 'doctor', IN_POD.config];
    await using doctor = program(...podman(store, ...args));
    const code = await doctor.exited;
    t.comment(doctor.text());
    t.equal(code, 0, 'the doctor finds nothing that stops it');
  }

  // Not before: what the doctor tries is no message.
  await using plant = dashboard(broker.url);
  await using daemon = program(
    ...podman(store, 'run', '--name', 'box', ...constraints, IMAGE, ...container.args),
  );
  const inside = (...command: string[]): { code: number; text: string } => {
    try {
      const [executable, args] = podman(store, 'exec', 'box', ...command);
      return {
        code: 0,
        text: execFileSync(executable, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
      };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return { code: status, text: stderr };
    }
  };
  const probe = (name: string) => inside(...container[name].exec.command).code;
  await until(() => probe('startupProbe') === 0, 'the startup probe', { withinMs: 120_000, everyMs: 1_000 });
  await until(() => probe('readinessProbe') === 0, 'the readiness probe', {
    withinMs: 60_000,
    everyMs: 1_000,
  });
  t.equal(probe('livenessProbe'), 0);
  await until(() => plant.messages.filter(({ topic }) => topic.endsWith('/signal')).length >= 2, 'signals', {
    withinMs: 60_000,
  });
  const status = inside('/bin/cat', '/proc/1/status').text;
  t.match(status, new RegExp(`^Uid:\\s+${USER}\\s`, 'm'));
  t.match(status, /CapEff:\s0+\n/);
  t.match(status, /CapBnd:\s0+\n/);
  t.match(status, /NoNewPrivs:\s1\n/);
  t.match(status, /Seccomp:\s2\n/);
  t.match(inside('/bin/sh', '-c', 'echo x > /usr/x').text, /Read-only file system/);
  t.match(
    inside('/bin/sh', '-c', `echo x > ${IN_POD.config}`).text,
    /Read-only file system|Permission denied/,
  );
  t.ok(
    readFileSync(join(state, 'releases.jsonl'), 'utf8').includes('"kind":"release"'),
    'the ledger is outside',
  );
  t.notOk(daemon.text().includes(PASSWORDS.agent));

  await camera[Symbol.asyncDispose]();
  await until(() => probe('readinessProbe') !== 0, 'not ready without its camera', {
    withinMs: 60_000,
    everyMs: 1_000,
  });
  t.equal(probe('livenessProbe'), 0, 'alive all the same');
  execFileSync(...podman(store, 'kill', '--signal', 'TERM', 'box'), { stdio: 'ignore' });
  t.equal(await daemon.exited, 0, 'it ends when it is told to');
});
