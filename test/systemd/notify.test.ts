import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { serviceManager } from '../../agent/systemd/notify.ts';
import { TestCamera } from '../camera/camera.ts';
import { writeConfig } from '../support/plant.ts';
import { agent, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const unexpected = (cause: string) => {
  throw new Error(cause);
};

/** The listener, and its socket in a folder of a short name: sun_path has 108 bytes (unix(7)). */
async function systemd() {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  const socket = join(folder, 'socket');
  const listener = program('/usr/bin/python3', [join(ROOT, 'test/systemd/manager.py'), socket]);
  await until(() => listener.stdout.startsWith('READY'), 'the listener');
  return {
    socket,
    /** Without the barriers that systemd-notify waits at. */
    get words() {
      const lines = listener.stdout.trim().split('\n').slice(1);
      return lines.filter((line) => line !== 'BARRIER=1');
    },
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

t.test('without systemd nothing is said, and nothing is wrong', async (t) => {
  const service = serviceManager({}, 1, unexpected);
  service.ready();
  service.status('well');
  service.alive();
  service.stopping();
  t.equal(service.aliveEveryMs, undefined);
});

t.test('the words arrive in order, and no child inherits where to say them', async (t) => {
  await using manager = await systemd();
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NOTIFY_SOCKET: manager.socket,
    WATCHDOG_USEC: '60000000',
    WATCHDOG_PID: '42',
  };
  const service = serviceManager(env, 42, unexpected);
  t.equal(service.aliveEveryMs, 20_000, 'a third of the time');
  t.same(Object.keys(env), ['PATH']);
  service.ready();
  service.status('watching, 1 of 2 cameras streaming');
  service.alive();
  service.stopping();
  await until(() => manager.words.length === 4, 'all words');
  t.same(manager.words, ['READY=1', 'STATUS=watching, 1 of 2 cameras streaming', 'WATCHDOG=1', 'STOPPING=1']);
});

t.test('a watchdog for another process is not ours to feed', async (t) => {
  const env = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '41' };
  t.equal(serviceManager(env, 42, unexpected).aliveEveryMs, undefined);
});

t.test('where nobody listens, or there is no systemd-notify, trouble is told once', async (t) => {
  const nowhere = join(t.testdir(), 'nobody');
  for (const PATH of [process.env.PATH, '/nonexistent']) {
    const causes: string[] = [];
    const service = serviceManager({ PATH, NOTIFY_SOCKET: nowhere }, 1, (cause) => causes.push(cause));
    service.alive();
    service.alive();
    await until(() => causes.length > 0, 'word of the trouble');
    service.stopping();
    t.same(causes, [PATH === '/nonexistent' ? 'ENOENT' : '1']);
  }
});

t.test('the daemon is ready, alive, says how it is, and says goodbye', async (t) => {
  const folder = t.testdir();
  await using manager = await systemd();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: 'mqtt://127.0.0.1:1' });
  await using daemon = agent(['run', config], { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '3000000' });
  const streaming = 'STATUS=watching, 1 of 1 cameras streaming';
  await until(() => manager.words.includes(streaming), 'a picture', { withinMs: 60_000 });
  await until(() => manager.words.filter((word) => word === 'WATCHDOG=1').length >= 3, 'signs of life');
  t.ok(
    manager.words.indexOf('READY=1') >= 0 &&
      manager.words.indexOf('READY=1') < manager.words.indexOf(streaming),
  );
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  t.equal(manager.words.at(-1), 'STOPPING=1');
});
