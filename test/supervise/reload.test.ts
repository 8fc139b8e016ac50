import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import type { Config } from '../../agent/config/schema.ts';
import { applied, reloadOf } from '../../agent/supervise/reload.ts';
import { writeConfig } from '../support/plant.ts';

type Camera = Config['cameras'][number];

t.test('what can be changed while it runs, and what cannot', async (t) => {
  const { config } = await loadConfig(
    writeConfig(join(t.testdir(), 'config'), {
      camera: 'rtsp://127.0.0.1:1/stream',
      broker: 'mqtt://127.0.0.1:1',
    }),
  );
  const [camera] = config.cameras as [Camera];
  const [zone] = camera.zones as [Camera['zones'][number]];
  const withCamera = (changes: Partial<Camera>): Config => ({
    ...config,
    cameras: [{ ...camera, ...changes }],
  });
  t.same(reloadOf(config, config), { cameras: [], afterRestart: [] });

  const moved = withCamera({ url: 'rtsp://127.0.0.1:2/stream', stallMs: 1_000 });
  t.same(reloadOf(config, moved), { cameras: moved.cameras, afterRestart: [] });
  t.same(applied(config, reloadOf(config, moved)), moved);

  const redrawn = withCamera({
    zones: [
      {
        ...zone,
        polygon: [
          [0, 0],
          [0.5, 0],
          [0.5, 1],
        ],
      },
    ],
  });
  t.equal(reloadOf(config, redrawn).cameras.length, 1, 'a zone may be drawn anew');

  const standing: readonly [string, Config, string][] = [
    ['a head count', withCamera({ zones: [{ ...zone, headCount: 7 }] }), 'cameras: the zones of cam'],
    ['the id of a zone', withCamera({ zones: [{ ...zone, id: 'x' }] }), 'cameras: the zones of cam'],
    ['health', { ...config, health: { ...config.health, intervalS: 9 } }, 'health'],
    ['governance', { ...config, governance: { ...config.governance, notice: 'another' } }, 'governance'],
  ];
  for (const [what, wanted, said] of standing) {
    const reload = reloadOf(config, wanted);
    t.same(reload, { cameras: [], afterRestart: [said] }, what);
    t.same(applied(config, reload), config, `${what}: nothing is applied`);
  }
  const other = { ...config, cameras: [{ ...camera, id: 'other' }] };
  t.same(reloadOf(config, other).afterRestart, ['cameras: other is new', 'cameras: cam is gone']);
});
