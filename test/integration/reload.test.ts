import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000 };

t.test('SIGHUP: another camera, a mistake, a key that must wait, and a pause', async (t) => {
  const folder = t.testdir();
  const film = join(ROOT, 'test/scene/plant-a.mp4');
  await using one = await TestCamera.start({ file: film });
  await using two = await TestCamera.start({ file: film });
  const path = writeConfig(join(folder, 'config'), { camera: one.url, broker: 'mqtt://127.0.0.1:1' });
  const first = readFileSync(path, 'utf8');
  await using daemon = agent(['run', path]);
  await until(() => one.clients === 1, 'the first camera', WITHIN);
  const reload = async (text: string, says: RegExp) => {
    const from = daemon.text().length;
    writeFileSync(path, text);
    daemon.child.kill('SIGHUP');
    await until(() => says.test(daemon.text().slice(from)), `"${says.source}"`, WITHIN);
  };

  await reload(first.replace(one.url, two.url), /"cameras":\["cam"\],"afterRestart":\[\],"msg":"reloaded"/);
  await until(() => one.clients === 0 && two.clients === 1, 'the second camera instead', WITHIN);
  t.pass('the camera that changed begins anew');
  const { connections } = two.counters;

  await reload(
    first.replace('stallMs: 3000', 'stallMs: soon'),
    /not reloaded, and going on as before.*yaml:\d+:\d+ /,
  );
  await reload(
    first.replace(one.url, two.url).replace('intervalS: 1', 'intervalS: 2'),
    /"cameras":\[\],"afterRestart":\["health"\]/,
  );
  t.equal(two.clients, 1);
  t.equal(two.counters.connections, connections, 'and nothing else does');

  // Whoever has paused is not to find a camera on because somebody reloads.
  await using paused = agent(['pause', path]);
  t.equal(await paused.exited, 0);
  await until(() => two.clients === 0, 'the pause', WITHIN);
  const before = one.counters.connections;
  await reload(first, /"cameras":\["cam"\]/);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  t.equal(one.counters.connections, before, 'in a pause nobody is connected');
  await using resumed = agent(['resume', path]);
  t.equal(await resumed.exited, 0);
  await until(() => one.clients === 1, 'the camera of the new configuration after the pause', WITHIN);

  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  t.match(await verify(join(folder, 'config/state/audit')), { ok: true });
  await using shown = agent(['audit', 'show', path]);
  await shown.exited;
  t.equal(shown.stdout.match(/config-changed/g)?.length, 2, 'both changes are in the audit log');
});
