import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { HeldFiles } from '../../agent/config/held-files.ts';
import { loadConfig } from '../../agent/config/load.ts';
import type { Config } from '../../agent/config/schema.ts';
import { writeConfig } from '../support/plant.ts';

t.test(
  'files that hold something else are told until they are taken, and each process marks its own way',
  async (t) => {
    const folder = join(t.testdir(), 'config');
    const path = writeConfig(folder, {
      camera: 'rtsp://127.0.0.1:1/stream',
      credentials: 'eye:one',
      broker: 'mqtt://127.0.0.1:1',
    });
    const { config } = await loadConfig(path);
    const files = await HeldFiles.of(config);
    const keys = async (of: Config = config) => (await files.changes(of)).keys;
    t.same(await keys(), []);
    writeFileSync(join(folder, 'camera'), 'eye:two\n');
    t.same(await keys(), ['cameras.cam.credentialsFile']);
    const { keys: found, taken } = await files.changes(config);
    t.same(found, ['cameras.cam.credentialsFile'], 'again, because nobody has taken it');
    taken();
    t.same(await keys(), []);

    rmSync(join(folder, 'mqtt-password'));
    t.same(await keys(), ['mqtt.passwordFile'], 'one that is gone is not what is in use');
    writeFileSync(join(folder, 'mqtt-password'), 'another\n');
    t.same(await keys(), ['mqtt.passwordFile']);

    const [camera] = config.cameras as [Config['cameras'][number]];
    const more = { ...camera, id: 'second', credentialsFile: join(folder, 'mqtt-password') };
    t.same(
      await keys({ ...config, cameras: [camera, more] }),
      ['mqtt.passwordFile'],
      'a new key is no change',
    );
    t.same(await keys({ ...config, cameras: [] }), ['mqtt.passwordFile']);
  },
);
