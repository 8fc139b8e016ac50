import t from 'tap';
import { healthSchema } from '../../agent/publish/messages.ts';
import { healthOf } from '../../agent/supervise/health.ts';

const AT = new Date('2026-11-24T07:30:11.987Z');
const cameraAt = (fps: number, lowest = 14.2) => ({
  id: 'cam',
  process: {
    health: {
      state: 'streaming' as const,
      provider: 'cpu' as const,
      precision: 'fp32' as const,
      fps,
      reconnects: 1,
      restarts: 0,
      rate: { wantedFps: 25.2, lowestFps: lowest, shedding: 'overload' as const },
      poor: ['face-height' as const],
    },
  },
});

t.test('health is coarse, and what camera processes say besides stays here', async (t) => {
  const body = healthOf([cameraAt(24.3)], { state: 'watching' }, AT, 61.9);
  const message = healthSchema.parse({
    schema: 'micron-edge/health/1',
    node: 'box-1',
    ...body,
    broker: { reconnects: 0, waiting: 0, discarded: 0 },
  });
  t.equal(message.at, '2026-11-24T07:30:11.000Z');
  t.equal(message.memoryMb % 256, 0);
  t.same(message.cameras, [
    {
      id: 'cam',
      state: 'streaming',
      fps: 25,
      reconnects: 1,
      restarts: 0,
      rate: { wanted: 25, lowest: 15, shedding: 'overload' },
      poor: ['face-height'],
    },
  ]);
  t.same(
    healthOf([cameraAt(25.7)], { state: 'watching' }, AT, 61.9).cameras,
    message.cameras,
    'a little more or less changes nothing',
  );
  t.same(
    healthOf([cameraAt(24.3, 23.1)], { state: 'watching' }, AT, 61.9).cameras[0]?.rate,
    { wanted: 25, lowest: 25 },
    'what was shed and is no step is not told',
  );
});
