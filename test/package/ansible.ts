import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { ROOT, VERSION } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { BASE, dashboard, PASSWORDS, startMosquitto } from '../support/plant.ts';
import { freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { Container, nextVersion } from './container.ts';

/**
 * `npm run test:ansible`: the Ansible role on a fresh Debian with a real systemd: first run, second run, changes, upgrade,
 * an upgrade that does not come up, and back. Not part of `npm test`: it needs root, debootstrap and systemd-nspawn.
 */
const DEB = join(ROOT, `dist/package/micron-edge_${VERSION}_amd64.deb`);
const SECRET = '/run/credentials/micron-edge.service/secret_mqtt-password';

if (process.getuid?.() !== 0) t.bailout('only root can make containers: sudo npm run test:ansible');

t.test('the role: installed, again, changed, upgraded, rolled back', { timeout: 1_800_000 }, async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  await using box = await Container.boot();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  const at = (path: string) => join(box.root, 'root/ansible', path);
  cpSync(join(ROOT, 'deploy/ansible'), at(''), { recursive: true });
  const named = (version: string) => at(`micron-edge_${version}_amd64.deb`);
  nextVersion(DEB, VERSION, named(VERSION));
  nextVersion(DEB, '9.0.0', named('9.0.0'));
  broken(named('9.0.0'), named('9.1.0'), '9.1.0');
  const apt = (...args: string[]) =>
    box.must('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-y', '-q', ...args);
  apt('update');
  apt('install', '--no-install-recommends', '/root/nodejs.deb', 'ansible-core', 'python3-apt');

  const polygon = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const variables = (version: string, headCount: number, secrets: object) => ({
    ...{ ansible_connection: 'local', micron_edge_patience_s: 30 },
    micron_edge_deb: `/root/ansible/micron-edge_${version}_amd64.deb`,
    micron_edge_secrets: secrets,
    micron_edge_public_files: { 'note.txt': 'nothing secret\n' },
    micron_edge_config: {
      node: { id: 'box-1' },
      governance: {
        ...{ purpose: 'safety', jurisdiction: 'JP', legalBasis: 'a test on synthetic faces', notice: 'sign' },
        dpia: { reference: 'D-1', expires: '2099-12-31' },
        agreement: { reference: 'A-1' },
      },
      aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 5, epsilonPerDay: 1000 },
      mqtt: { url: broker.url, baseTopic: BASE, username: 'agent', passwordFile: SECRET },
      health: { intervalS: 1, http: { port } },
      cameras: [{ id: 'cam', url: camera.url, zones: [{ id: 'press', polygon, headCount }] }],
    },
  });
  const play = (
    version: string,
    { headCount = 6, secrets = SECRETS as object, more = [] as string[] } = {},
  ) => {
    const host = variables(version, headCount, secrets);
    writeFileSync(at('inventory.yml'), stringify({ micron_edge: { hosts: { box: host } } }));
    const said = box.tell(
      'ansible-playbook',
      '-v',
      '-i',
      '/root/ansible/inventory.yml',
      ...more,
      '/root/ansible/site.yml',
    );
    const [, ok, changed, failed, rescued] =
      /ok=(\d+)\s+changed=(\d+)\s+unreachable=0\s+failed=(\d+)\s+skipped=\d+\s+rescued=(\d+)/.exec(said) ??
      [];
    t.notOk(said.includes(PASSWORDS.agent) || said.includes('old-password'), 'no secret on the screen');
    return {
      said,
      ok: Number(ok),
      changed: Number(changed),
      failed: Number(failed),
      rescued: Number(rescued),
    };
  };
  const installed = () => /^Version: (.*)$/m.exec(box.must('dpkg', '--status', 'micron-edge'))?.[1];
  const isActive = () => box.tell('systemctl', 'is-active', 'micron-edge.service').trim();

  t.comment('first');
  const first = play(VERSION, { secrets: { ...SECRETS, old: 'old-password' } });
  t.equal(first.failed, 0, first.said);
  t.ok(first.changed > 5, `${first.changed} changes`);
  t.equal(installed(), VERSION);
  t.equal(isActive(), 'active');
  t.equal(box.tell('systemctl', 'is-enabled', 'micron-edge.service').trim(), 'enabled');
  const mode = (path: string) => box.must('stat', '-c', '%a %U %G', path).trim();
  t.equal(mode('/etc/micron-edge/secrets/mqtt-password'), '400 root root');
  t.equal(mode('/etc/micron-edge/micron-edge.yaml'), '640 root micron-edge');
  t.match(box.read('etc/systemd/system/micron-edge.service.d/addresses.conf'), /IPAddressAllow=127\.0\.0\.1/);
  await until(() => plant.messages.some(({ topic }) => topic.endsWith('/signal')), 'a signal', {
    withinMs: 90_000,
  });

  t.comment('again');
  const again = play(VERSION, { secrets: { ...SECRETS, old: 'old-password' } });
  t.match(again, { changed: 0, failed: 0 }, 'a second run changes nothing');

  t.comment('a head count and a secret less');
  const before = box.must('systemctl', 'show', '-P', 'MainPID', 'micron-edge.service');
  const changed = play(VERSION, { headCount: 8 });
  t.match(changed, { failed: 0, changed: 3 }, 'configuration, secret, restart');
  t.not(box.must('systemctl', 'show', '-P', 'MainPID', 'micron-edge.service'), before, 'it was started anew');
  t.notOk(existsSync(join(box.root, 'etc/micron-edge/secrets/old')), 'a secret that nobody needs is gone');

  t.comment('a configuration that is wrong');
  const wrong = play(VERSION, { headCount: -1 });
  t.equal(wrong.failed, 1);
  t.match(wrong.said, /headCount/, 'it is told what');
  t.match(box.read('etc/micron-edge/micron-edge.yaml'), /headCount: 8/, 'and the one that runs stays');

  t.comment('upgrade');
  t.match(play('9.0.0', { headCount: 8 }), { failed: 0, rescued: 0 });
  t.equal(installed(), '9.0.0');
  t.equal(isActive(), 'active');

  t.comment('an upgrade that does not come up');
  const dead = play('9.1.0', { headCount: 8 });
  t.equal(dead.failed, 1, 'it is told');
  t.match(dead.said, /9\.1\.0 did not come up\. 9\.0\.0 runs again/);
  t.equal(installed(), '9.0.0', 'the one of before is back');
  await until(() => isActive() === 'active', 'and it runs', { withinMs: 60_000, everyMs: 500 });

  t.comment('back to the first');
  t.match(play(VERSION, { headCount: 8 }), { failed: 0 });
  t.equal(installed(), VERSION);
  t.match(
    play(VERSION, { headCount: 8, more: ['--check'] }),
    { failed: 0, changed: 0 },
    'a look changes nothing',
  );
});

const SECRETS = { 'mqtt-password': PASSWORDS.agent };

/** A later package whose program ends at once. */
function broken(from: string, into: string, version: string): void {
  const stage = `${into}.stage`;
  execFileSync('dpkg-deb', ['-R', from, stage]);
  writeFileSync(join(stage, 'usr/lib/micron-edge/dist/agent/main.js'), '#!/usr/bin/node\nprocess.exit(1);\n');
  execFileSync('sed', ['-i', `s/^Version: .*/Version: ${version}/`, join(stage, 'DEBIAN/control')]);
  rmSync(join(stage, 'DEBIAN/md5sums'), { force: true });
  execFileSync('dpkg-deb', ['-Znone', '--root-owner-group', '--build', stage, into], { stdio: 'ignore' });
  rmSync(stage, { recursive: true });
}
