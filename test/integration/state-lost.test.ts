import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000 };

t.test(
  'the state folder is deleted under a daemon: it ends, and two never go on beside each other',
  async (t) => {
    const folder = t.testdir();
    await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/steady-a.mp4') });
    const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: 'mqtt://127.0.0.1:1' });
    await using first = agent(['run', config]);
    await until(() => camera.clients === 1, 'the camera', WITHIN);
    rmSync(join(folder, 'config/state'), { recursive: true });
    await using second = agent(['run', config]);
    t.equal(await first.exited, 4);
    t.match(first.stderr, /state folder .* has been removed or replaced/);
    t.match(first.stderr, /wait a day/);
    await until(() => second.text().includes('"started"'), 'the other', WITHIN);
    await until(() => camera.clients === 1, 'its camera', WITHIN);
    second.child.kill('SIGTERM');
    t.equal(await second.exited, 0);
  },
);
