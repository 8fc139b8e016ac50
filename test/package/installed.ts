import { existsSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { ROOT, VERSION } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { BASE, dashboard, PASSWORDS, startMosquitto } from '../support/plant.ts';
import { freePort, program } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { Container, nextVersion } from './container.ts';

/**
 * `npm run test:package`: the life of the package on a fresh Debian with a real systemd. Not part of `npm test`: it needs
 * root, debootstrap and systemd-nspawn, and takes minutes.
 */
const DEB = join(ROOT, `dist/package/micron-edge_${VERSION}_amd64.deb`);
const UNIT = 'micron-edge.service';
const SECRET = '/run/credentials/micron-edge.service/secret_mqtt-password';

const healthPort = await freePort();

const configuration = (camera: string, broker: string) =>
  stringify({
    node: { id: 'box-1' },
    governance: {
      purpose: 'safety',
      jurisdiction: 'JP',
      legalBasis: 'a test on synthetic faces',
      notice: 'sign',
      dpia: { reference: 'D-1', expires: '2099-12-31' },
      agreement: { reference: 'A-1' },
    },
    aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 5, epsilonPerDay: 1000 },
    mqtt: { url: broker, baseTopic: BASE, username: 'agent', passwordFile: SECRET },
    health: { intervalS: 1, http: { port: healthPort } },
    cameras: [
      {
        id: 'cam',
        url: camera,
        zones: [
          {
            id: 'press',
            polygon: [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 1],
            ],
            headCount: 6,
          },
        ],
      },
    ],
  });

if (process.getuid?.() !== 0) t.bailout('only root can make containers: sudo npm run test:package');

t.test('installed, started, upgraded, removed and purged', { timeout: 1_800_000 }, async (t) => {
  const folder = t.testdir();
  await using box = await Container.boot();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  const show = (property: string) => box.tell('systemctl', 'show', '-P', property, UNIT).trim();
  const journal = () => box.tell('journalctl', '-u', UNIT, '-o', 'cat', '--no-pager');
  const streaming = (what: string) =>
    until(() => show('StatusText') === 'watching, 1 of 1 cameras streaming', what, {
      withinMs: 60_000,
      everyMs: 500,
    });
  const apt = (...args: string[]) =>
    box.must(
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-y',
      '-o',
      'Dpkg::Options::=--force-confdef',
      ...args,
    );
  const signals = () => plant.messages.filter(({ topic }) => topic.endsWith('/signal')).length;

  t.comment('install');
  nextVersion(DEB, VERSION, join(box.root, 'root/now.deb'));
  nextVersion(DEB, '9.0.0', join(box.root, 'root/next.deb'));
  const said = apt('install', '--no-install-recommends', '/root/nodejs.deb', '/root/now.deb');
  t.match(said, /setup --out \/etc\/micron-edge\/micron-edge\.yaml/, 'it says what to do next');
  t.match(box.must('getent', 'passwd', 'micron-edge'), /nologin/);
  t.equal(show('UnitFileState'), 'enabled');
  t.equal(show('ActiveState'), 'inactive', 'without a configuration it is not started');
  t.equal(box.must('stat', '-c', '%a %U %G', '/etc/micron-edge').trim(), '2750 root micron-edge');
  t.equal(box.must('stat', '-c', '%a %U %G', '/etc/micron-edge/secrets').trim(), '700 root root');
  t.match(box.must('micron-edge', '--help'), /Usage: micron-edge COMMAND/);
  t.match(box.must('micron-edge', 'models', 'verify'), /micron-bert-edge/);
  t.equal(box.must('dpkg', '--verify', 'micron-edge'), '', 'every file is as the package says');

  t.comment('start');
  box.write('etc/micron-edge/micron-edge.yaml', configuration(camera.url, broker.url));
  box.write('etc/micron-edge/secrets/mqtt-password', `${PASSWORDS.agent}\n`, 0o600);
  box.must('systemctl', 'start', UNIT);
  t.equal(show('ActiveState'), 'active');
  await streaming('pictures');
  await until(() => signals() >= 2, 'signals at the dashboard', { withinMs: 60_000 });
  const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
  t.match(await answer.json(), { ready: true, reasons: [], cameras: [{ id: 'cam', state: 'streaming' }] });
  const status = box.must('cat', `/proc/${show('MainPID')}/status`);
  t.match(status, /CapEff:\s0+\n/, 'no capability');
  t.match(status, /NoNewPrivs:\s1\n/);
  t.match(status, /Seccomp:\s2\n/);
  t.match(box.must('cat', `/proc/${show('MainPID')}/limits`), /Max core file size\s+1\s+1\s/);
  t.notOk(journal().includes(PASSWORDS.agent), 'no password in the journal');

  t.comment('whom it may talk to');
  const address = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
  if (address === undefined) t.comment('skipped: this machine has no address but its own');
  else {
    const { port } = new URL(camera.url);
    await using _relay = program('socat', [
      `TCP-LISTEN:${Number(port) + 1},bind=${address},fork,reuseaddr`,
      `TCP:127.0.0.1:${port}`,
    ]);
    const elsewhere = camera.url.replace(`127.0.0.1:${port}`, `${address}:${Number(port) + 1}`);
    box.write('etc/micron-edge/micron-edge.yaml', configuration(elsewhere, broker.url));
    box.must('systemctl', 'restart', UNIT);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    t.equal(show('StatusText'), 'watching, 0 of 1 cameras streaming', 'another machine is out of reach');
    box.write(
      'etc/systemd/system/micron-edge.service.d/addresses.conf',
      box.must('micron-edge', 'deploy', 'addresses'),
    );
    box.must('systemctl', 'daemon-reload');
    box.must('systemctl', 'restart', UNIT);
    await streaming('pictures from an address that was let through');
    box.write('etc/micron-edge/micron-edge.yaml', configuration(camera.url, broker.url));
    box.must('systemctl', 'restart', UNIT);
    await streaming('pictures again');
  }

  t.comment('watchdog');
  box.write('etc/systemd/system/micron-edge.service.d/test.conf', '[Service]\nWatchdogSec=6\nRestartSec=1\n');
  box.must('systemctl', 'daemon-reload');
  box.must('systemctl', 'restart', UNIT);
  await streaming('pictures before the stop');
  const before = Number(show('NRestarts'));
  box.must('kill', '-STOP', show('MainPID'));
  await until(() => Number(show('NRestarts')) > before, 'the watchdog', { withinMs: 60_000, everyMs: 500 });
  await streaming('pictures after the watchdog');
  t.match(journal(), /Failed with result 'watchdog'/);

  t.comment('upgrade');
  await until(() => box.read('var/lib/micron-edge/releases.jsonl').split('\n').length > 6, 'a ledger', {
    withinMs: 60_000,
  });
  box.must('micron-edge', 'pause', '/etc/micron-edge');
  await until(() => show('StatusText') === 'paused', 'the pause', { everyMs: 200 });
  const audit = () =>
    readdirSync(join(box.root, 'var/lib/micron-edge/audit'))
      .map((name) => box.read(`var/lib/micron-edge/audit/${name}`))
      .join('');
  const kept = { audit: audit(), yaml: box.read('etc/micron-edge/micron-edge.yaml') };
  const spent = box.read('var/lib/micron-edge/releases.jsonl').match(/"kind":"release"/g)?.length ?? 0;
  const pid = show('MainPID');
  apt('install', '/root/next.deb');
  t.not(show('MainPID'), pid, 'the new version runs');
  t.equal(show('ActiveState'), 'active');
  await until(() => show('StatusText') === 'paused', 'still paused', { everyMs: 200 });
  t.ok(audit().startsWith(kept.audit), 'the audit log goes on where it was');
  t.match(box.must('micron-edge', 'audit', 'verify', '/etc/micron-edge'), /^fine: \d+ entries/);
  const after = box.read('var/lib/micron-edge/releases.jsonl').match(/"kind":"release"/g)?.length ?? 0;
  t.ok(after >= spent, `what was spent of the budget stays spent: ${spent} releases before, ${after} after`);
  t.equal(box.read('etc/micron-edge/micron-edge.yaml'), kept.yaml);
  box.must('micron-edge', 'resume', '/etc/micron-edge');
  await streaming('pictures after the upgrade');

  t.comment('remove');
  apt('remove', 'micron-edge');
  t.equal(box.tell('pgrep', '-u', 'micron-edge'), '', 'no process is left, no decoder either');
  t.ok(existsSync(join(box.root, 'var/lib/micron-edge/releases.jsonl')), 'the state stays');
  t.ok(existsSync(join(box.root, 'etc/micron-edge/micron-edge.yaml')), 'and the configuration');
  t.notOk(existsSync(join(box.root, 'usr/lib/micron-edge')), 'the programs are gone');

  t.comment('purge');
  apt('purge', 'micron-edge');
  const left = box
    .tell(
      'find',
      '/',
      '-xdev',
      '-name',
      '*micron-edge*',
      '-not',
      '-path',
      '/proc/*',
      '-not',
      '-path',
      '/sys/*',
    )
    .trim();
  t.equal(left, '', 'nothing with our name is left');
  t.match(
    box.must('getent', 'passwd', 'micron-edge'),
    /nologin/,
    'but the user, whose number must not come again',
  );
});
