import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { writeConfig } from '../support/plant.ts';
import { agent, freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** Processes below one, and itself. */
const treeOf = (pid: number): number[] => {
  const children = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
  return [pid, ...children.flatMap(treeOf)];
};

t.test('no signal opens Node.js’ inspector, in which memory and pictures could be read', async (t) => {
  const folder = t.testdir();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const config = writeConfig(folder, { camera: camera.url, broker: `mqtt://127.0.0.1:${await freePort()}` });
  await using daemon = agent(['run', config]);
  await until(() => camera.clients === 1, 'the camera is watched', { withinMs: 60_000 });
  const tree = treeOf(daemon.child.pid!).filter((pid) =>
    /node/.test(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })),
  );
  t.ok(tree.length >= 2, 'supervisor and camera process');
  // 9229, the inspector's port, in state LISTEN; other tests may open what they like meanwhile.
  const isOpen = () => /:240D \S+ 0A /.test(execFileSync('cat', ['/proc/net/tcp'], { encoding: 'utf8' }));
  t.notOk(isOpen(), 'not open before');
  for (const pid of tree) process.kill(pid, 'SIGUSR1');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  t.notOk(isOpen(), 'and not after');
  t.notMatch(daemon.text(), /Debugger listening/);
  t.equal(camera.clients, 1, 'and it goes on');
});
