import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { type FromCamera, fromCamera } from '../../agent/camera/messages.ts';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { assignmentFor } from '../../agent/supervise/assignment.ts';
import { writeConfig } from '../support/plant.ts';
import { until } from '../support/until.ts';
import { TestCamera } from './camera.ts';

type Heartbeat = Extract<FromCamera, { type: 'health' }>;
const PATIENCE = { withinMs: 120_000 };

t.test('a camera process looks no more often than it may, and the quality gate knows', async (t) => {
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const { config } = await loadConfig(
    writeConfig(t.testdir(), {
      camera: camera.url,
      broker: 'mqtt://127.0.0.1:1',
      more: { quality: { minFps: 6, minFaceHeightPx: 20 } },
      ofCamera: { analysis: { widthPx: 320, heightPx: 180 } },
    }),
  );
  const child = fork(join(ROOT, 'dist/agent/camera/main.js'), [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const beats: Heartbeat[] = [];
  child.on('message', (message) => {
    const data = fromCamera.parse(message);
    if (data.type === 'health') beats.push(data);
  });
  child.send(await assignmentFor(config.cameras[0]!, config));
  /** The sum of so many heartbeats from now on, but for those of a second on the way. */
  const next = async (count: number) => {
    const from = beats.length + 2;
    await until(() => beats.length >= from + count, 'heartbeats', PATIENCE);
    const those = beats.slice(from, from + count);
    const sum = (of: (beat: Heartbeat) => number) => those.reduce((total, beat) => total + of(beat), 0);
    return {
      arrived: sum(({ load }) => load.arrived),
      looked: sum(({ load }) => load.looked),
      tooSlow: sum(({ faceFrames }) => faceFrames['frame-rate']),
      counted: sum(({ faceFrames }) => faceFrames.counted),
    };
  };
  await until(() => beats.some(({ faceFrames }) => faceFrames.counted > 0), 'faces that count', PATIENCE);

  child.send({ type: 'rate', fps: 3 });
  const slow = await next(4);
  t.ok(slow.looked > 0 && slow.looked < 0.5 * slow.arrived, `${slow.looked} of ${slow.arrived} looked at`);
  t.ok(slow.tooSlow > 0 && slow.counted === 0, 'below the rate nothing counts, and the reason is known');

  child.send({ type: 'rate' });
  await until(() => beats.at(-1)!.faceFrames.counted > 0, 'faces that count again', PATIENCE);
  t.pass('and all as before');

  child.send({ type: 'rate', fps: 3, more: true });
  const [code] = await once(child, 'exit');
  t.not(code, 0, 'what does not fit the schema is not obeyed');
});
