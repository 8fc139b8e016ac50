import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { linesOf } from '../../agent/aggregate/ledger-line.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { treeOf } from '../faults/tree.ts';
import { dashboard, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent, type Program, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000, everyMs: 50 };
/** So long that none is over while the test runs, but at midnight UTC. */
const WINDOW_S = 86_400;

/** The system calls of a process from now on, its threads' too, and not of those that it has started. */
async function traced(pid: number, path: string) {
  const calls = 'trace=close,kill,wait4,write,writev,unlink,exit_group';
  const strace = program('strace', ['-f', '-qq', '-s', '64', '-e', calls, '-o', path, '-p', `${pid}`]);
  await until(
    () =>
      readdirSync(`/proc/${pid}/task`).every((task) =>
        /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8')),
      ),
    'strace',
    WITHIN,
  );
  return strace;
}

/** The one descriptor of a process that leads there. */
function descriptorOf(pid: number, leads: (to: string) => boolean): string {
  const found = readdirSync(`/proc/${pid}/fd`).filter((fd) => leads(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  if (found.length !== 1) throw new Error(`${found.length} descriptors`);
  return found[0]!;
}

/** Connections of this machine to a port, as /proc/PID/fd names them (proc(5)). */
function socketsTo(port: number): readonly string[] {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, , remote, , , , , , , inode]) => (remote?.endsWith(hex) ? [`socket:[${inode}]`] : []));
}

t.test('what becomes of the last window is as configured, and everything ends in its order', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const config = writeConfig(join(folder, 'config'), {
    camera: camera.url,
    broker: broker.url,
    more: {
      aggregation: { windowS: WINDOW_S, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, epsilonPerDay: 1_000 },
    },
  });
  const state = join(folder, 'config/state');
  const ledger = join(state, 'releases.jsonl');
  const releases = () =>
    linesOf(ledger, readFileSync(ledger)).filter(({ kind }) => kind === 'release' || kind === 'delivered');
  const watching = () => until(() => camera.clients === 1, 'the camera is watched', WITHIN);
  const stopped = async (daemon: Program) => {
    const pids = treeOf(daemon.child.pid!).map(({ pid }) => pid);
    t.ok(pids.length >= 3, 'daemon, camera process and decoder');
    daemon.stop();
    t.equal(await daemon.exited, 0);
    // What was killed last may not be buried yet.
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), 'nobody to be left', WITHIN);
    t.equal(camera.clients, 0);
    t.notOk(readdirSync(state).includes('lock'));
  };

  await t.test('discarded, unless said otherwise', async () => {
    await using plant = dashboard(broker.url);
    await using daemon = agent(['run', config]);
    await watching();
    await stopped(daemon);
    t.same(
      plant.messages.filter(({ topic }) => topic.endsWith('/signal')),
      [],
    );
    t.same(releases(), [], 'and nothing is spent');
  });

  await t.test(
    'closed: cut, released like any other, and with the broker before it is told goodbye',
    async (t) => {
      await using plant = dashboard(broker.url);
      await using daemon = agent(['run', config]);
      await watching();
      const pid = daemon.child.pid!;
      writeFileSync(config, readFileSync(config, 'utf8').replace('slotS: 1', 'slotS: 1\n  atStop: closed'));
      process.kill(pid, 'SIGHUP');
      await until(() => /"applied":\["aggregation.atStop"\]/.test(daemon.text()), 'the reload', WITHIN);
      const sockets = socketsTo(broker.port);
      const [ofLedger, ofBroker] = [
        descriptorOf(pid, (to) => to === ledger),
        descriptorOf(pid, (to) => sockets.includes(to)),
      ];
      const children = treeOf(pid).filter(({ part }) => part === 'camera');
      t.match(readFileSync(`/proc/${children[0]!.pid}/environ`, 'utf8'), /(^|\0)MALLOC_ARENA_MAX=2\0/);
      const path = join(folder, 'trace');
      await using strace = await traced(pid, path);
      await stopped(daemon);
      await strace.exited;

      const ours = await until(
        () => plant.messages.filter(({ topic }) => /signal|status$/.test(topic)).slice(-2),
        'both',
      );
      t.match(ours, [
        { topic: /press\/signal$/, body: { zone: 'press' } },
        { topic: /status$/, body: { state: 'offline' } },
      ]);
      const { window } = ours[0]!.body;
      const [start, end, cut] = [window.start, window.end, window.cut].map(Date.parse) as [
        number,
        number,
        number,
      ];
      t.equal(end - start, 1_000 * WINDOW_S, 'the window is the one of the plan');
      t.ok(start < cut && Math.abs(cut - Date.now()) < 30_000, 'and says until when it was counted');
      t.match(releases(), [
        { kind: 'release', startMs: start, endMs: end, epsilon: 1 },
        { kind: 'delivered', n: 1 },
      ]);

      // A call during which another thread has made one is on two lines.
      const calls = readFileSync(path, 'utf8').split('\n');
      const first = (what: RegExp) => calls.findIndex((call) => what.test(call));
      const order = {
        'camera process gone': first(new RegExp(`wait4.*= ${children[0]!.pid}$`)),
        'release in the ledger': first(new RegExp(`write\\(${ofLedger}, "{\\\\"kind\\\\":\\\\"release`)),
        'broker has it': first(new RegExp(`write\\(${ofLedger}, "{\\\\"kind\\\\":\\\\"delivered`)),
        'broker left': first(new RegExp(`close\\(${ofBroker}\\b`)),
        'ledger closed': first(new RegExp(`close\\(${ofLedger}\\b`)),
        'lock given up': first(/unlink\(".*\/lock"/),
        'daemon gone': first(/exit_group\(0/),
      };
      const places = Object.values(order);
      t.notOk(places.includes(-1), JSON.stringify(order));
      t.same(
        places,
        places.toSorted((a, b) => a - b),
        JSON.stringify(order),
      );
    },
  );

  await t.test('once only: noise of a window is not drawn again', async () => {
    await using plant = dashboard(broker.url);
    await using daemon = agent(['run', config]);
    await watching();
    const before = releases();
    await stopped(daemon);
    t.same(
      plant.messages.filter(({ topic }) => topic.endsWith('/signal')),
      [],
    );
    t.same(
      releases(),
      before.filter(({ kind }) => kind === 'release'),
    );
  });
});
