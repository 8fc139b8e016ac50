import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { TestCamera } from '../camera/camera.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { faultsInside } from '../support/faults-inside.ts';
import { dashboard, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { cameraOf, ONE_PERSON, quietFilm, told } from './plant.ts';

const MODELS = join(ROOT, 'models');
const isLong = process.env.MICRON_EDGE_DISTURBED === 'long';
const films = filmFolder(t);

/** One camera in a daemon of its own, which may be started again and again on the same state folder. */
async function site(
  folder: string,
  camera: TestCamera,
  analysis: { readonly widthPx: number; readonly heightPx: number },
  more: object,
) {
  const broker = await startMosquitto(join(folder, 'broker'));
  const stateFolder = join(folder, 'config/state');
  const configured = (also: object = {}) =>
    writeConfig(join(folder, 'config'), {
      camera: '',
      broker: broker.url,
      more: {
        cameras: [cameraOf('cam', camera, { analysis })],
        ...more,
        ...also,
      },
    });
  const file = join(stateFolder, 'calibration.json');
  return {
    /** What is on disk; undefined: nothing. */
    kept(): { model: string; minScore: number } | undefined {
      return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cameras.cam : undefined;
    },
    keep(model: string, minScore: number): void {
      mkdirSync(stateFolder, { recursive: true });
      const cameras = { cam: { model, ...analysis, minScore } };
      writeFileSync(file, JSON.stringify({ schema: 'micron-edge/calibration/1', cameras }));
    },
    /** Runs the daemon until `work` is done; how its calibration stood is told from the start. */
    async running(
      also: object,
      work: (spotting: string, told: () => string) => Promise<unknown>,
      env: Readonly<Record<string, string>> = {},
    ): Promise<number | null> {
      await using plant = dashboard(broker.url);
      const { until: isTold, health } = told(plant);
      await using daemon = agent(['run', configured(also)], env);
      await isTold(
        'cam',
        'streams',
        ({ state, fps, spotting }) => state === 'streaming' && fps > 0 && spotting,
      );
      await work(health('cam').spotting, () => health('cam').spotting);
      daemon.child.kill('SIGTERM');
      return await daemon.exited;
    },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

t.test('a camera sets its own threshold, keeps it over a restart, and not for another model', async (t) => {
  const { hash, manifest } = await loadModelOf('micron-bert', join(MODELS, 'micron-bert-edge'));
  await using camera = await TestCamera.start({ file: await quietFilm(films, 'quiet', ONE_PERSON) });
  const folder = t.testdir();
  // Three seconds of a face, where a plant takes ten minutes.
  await using place = await site(
    folder,
    camera,
    { widthPx: 480, heightPx: 540 },
    { spot: { calibrationFaceMinutes: 0.05 } },
  );
  const first = await place.running({}, async (spotting) => {
    t.equal(spotting, 'calibrating');
    await until(() => place.kept(), 'a threshold on disk', { withinMs: 60_000 });
  });
  t.equal(first, 0);
  const { model, minScore } = place.kept()!;
  t.equal(model, hash);
  t.ok(minScore >= manifest.spot.minScore && minScore <= manifest.spot.minScore + 6, `${minScore}`);

  await place.running({}, async (spotting) => t.equal(spotting, 'calibrated', 'known from the start'));
  t.same(place.kept(), { ...place.kept(), model, minScore }, 'and not set again');

  if (!isLong) return;
  const models = join(folder, 'models');
  cpSync(join(MODELS, 'micron-bert-edge'), join(models, 'micron-bert-edge'), { recursive: true });
  const path = join(models, 'micron-bert-edge/manifest.json');
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n`);
  await place.running({ inference: { modelsFolder: models } }, async (spotting) =>
    t.equal(spotting, 'calibrating', 'another model begins anew'),
  );
});

t.test(
  'the lamp is switched: the old threshold holds until a new one is learnt',
  isLong ? {} : { skip: 'takes minutes: npm run test:disturbed' },
  async (t) => {
    const { hash } = await loadModelOf('micron-bert', join(MODELS, 'micron-bert-edge'));
    // Two people, a quarter of the pictures: a busy machine keeps up with that.
    const film = (name: string, light: string) =>
      quietFilm(films, name, `scale=480:270,fps=20/3,eq=${light}`);
    const bright = await film('bright', 'contrast=1.6:brightness=0.2');
    const dim = await film('dim', 'contrast=0.25:brightness=-0.25');
    await using camera = await TestCamera.start({ file: bright });
    const folder = t.testdir();
    await using place = await site(
      folder,
      camera,
      { widthPx: 480, heightPx: 270 },
      {
        spot: { calibrationFaceMinutes: 0.5 },
        quality: { minFps: 4, minContrast: 1 },
      },
    );
    const inside = faultsInside(folder);
    // Of an earlier run, and no threshold that these films would give.
    place.keep(hash, 7.7);
    const lampIsSwitched = async (spotting: string, told: () => string) => {
      t.equal(spotting, 'calibrated');
      // The test of the noise needs its past: five minutes of faces.
      await wait(150_000);
      t.equal(place.kept()?.minScore, 7.7, 'nothing changes while the light does not');
      await camera.show(dim);
      // Told is how it stood when the day began: so days begin until it says so.
      const isTold = async (state: string) => {
        for (const endMs = performance.now() + 400_000; told() !== state && performance.now() < endMs; ) {
          inside.clock.advance(86_400_000);
          await wait(3_000);
        }
        t.equal(told(), state, `health says ${state}`);
      };
      await isTold('drifted');
      await until(() => place.kept()?.minScore !== 7.7, 'a new threshold', { withinMs: 400_000 });
      t.comment(`new threshold ${place.kept()?.minScore}`);
      await isTold('calibrated');
    };
    t.equal(await place.running({}, lampIsSwitched, inside.env), 0);
  },
);
