import t from 'tap';
import { CameraProcess } from '../../agent/supervise/camera-process.ts';
import { until } from '../support/until.ts';

t.test('a camera process that cannot be started is told, and tried again', async (t) => {
  const { execPath } = process;
  process.execPath = '/nonexistent/node';
  t.teardown(() => {
    process.execPath = execPath;
  });
  const codes: string[] = [];
  const camera = new CameraProcess(async () => ({ config: { inference: { provider: 'cpu' } } }) as never, {
    viewable: false,
    onProgress() {},
    onSlots() {},
    onCalibration() {},
    onChange() {},
    onFailure: ({ code }) => void codes.push(code),
  });
  camera.start();
  await until(() => camera.health.restarts >= 2, 'the second attempt');
  t.match(codes, ['process-not-started', 'process-not-started']);
  await camera.stop();
  t.equal(camera.health.state, 'paused');
});
