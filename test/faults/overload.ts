import { join } from 'node:path';
import t, { type Test } from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { assignmentFor } from '../../agent/supervise/assignment.ts';
import { CameraProcess } from '../../agent/supervise/camera-process.ts';
import { Rates } from '../../agent/supervise/rates.ts';
import { TestCamera } from '../camera/camera.ts';
import { faultsOfInference } from '../support/faults-of-inference.ts';
import { writeConfig } from '../support/plant.ts';
import { until } from '../support/until.ts';

const film = join(ROOT, 'test/scene/plant-a.mp4');
/** So small that no face is large enough to be encoded: what is slow here is slow on purpose. */
const ANALYSIS = { widthPx: 256, heightPx: 144 };
const PATIENCE = { withinMs: 120_000 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** So many camera processes at one camera, whose networks can be made slow. */
async function processesAt(t: Test, count: number) {
  const folder = t.testdir();
  const faults = faultsOfInference(folder);
  const before = process.env;
  process.env = { ...before, ...faults.env };
  const camera = await TestCamera.start({ file: film });
  const { config } = await loadConfig(
    writeConfig(folder, {
      camera: camera.url,
      broker: 'mqtt://127.0.0.1:1',
      more: { quality: { minFps: 5 } },
      ofCamera: { analysis: ANALYSIS },
    }),
  );
  const codes: string[] = [];
  const processes = Array.from({ length: count }, () => {
    const process = new CameraProcess(() => assignmentFor(config.cameras[0]!, config), {
      viewable: false,
      onProgress() {},
      onSlots() {},
      onCalibration() {},
      onChange: ({ state, code }) => void codes.push(code === undefined ? state : `${state} ${code}`),
      onFailure: ({ code }) => void codes.push(code),
    });
    process.start();
    return process;
  });
  t.teardown(async () => {
    process.env = before;
    await Promise.all(processes.map((each) => each.stop()));
    await camera[Symbol.asyncDispose]();
  });
  await until(() => processes.every(({ demand }) => demand !== undefined), 'pictures', PATIENCE);
  return { processes, faults, codes, camera };
}

/** The last so many are one and the same rate. */
const isSettled = (granted: readonly (number | undefined)[], looks: number): boolean =>
  granted.length >= looks && granted.at(-1) !== undefined && new Set(granted.slice(-looks)).size === 1;

t.test('three cameras on a box that is too slow: the same for all, and all again afterwards', async (t) => {
  const { processes, faults } = await processesAt(t, 3);
  const cameras = processes.map((process) => ({ process }));
  const heat = async () => ({ hottestC: undefined, marginC: undefined, throttled: false });
  // The processors of this machine are busy with other tests; that is not what is tried here.
  const rates = new Rates({
    cameras: () => cameras,
    floorFps: 5,
    upMs: () => performance.now(),
    busy: () => 0,
    heat,
  });
  const granted: (number | undefined)[] = [];
  const look = async (everyMs: number) => {
    await rates.look();
    granted.push(rates.capFps);
    await pause(everyMs);
  };

  faults.begin({ slowMs: 25 });
  await until(
    async () => {
      await look(1_000);
      return isSettled(granted, 9);
    },
    'a rate that can be held',
    PATIENCE,
  );
  t.comment(`granted: ${granted.map((cap) => cap?.toFixed(1) ?? 'all').join(' ')}`);
  const cap = rates.capFps!;
  t.ok(cap >= 5 && cap < 25, `a rate of ${cap.toFixed(1)} was granted`);
  for (const { demand } of processes) {
    const { lookedFps, lagMs } = demand!;
    t.comment(`${lookedFps.toFixed(1)} looks a second, ${lagMs} ms behind`);
    t.ok(lookedFps > 0.75 * cap && lookedFps < 1.15 * cap, 'the effective rate is what was granted');
  }

  faults.end();
  // Seconds of the controller pass faster here than those of the cameras, or the test would take minutes.
  await until(
    async () => {
      await look(100);
      return rates.capFps === undefined;
    },
    'all pictures again',
    PATIENCE,
  );
  await until(() => processes.every(({ demand }) => demand!.lookedFps > 20), 'all that come', PATIENCE);
  t.pass('all pictures are looked at again');
});

for (const hangs of ['blocking', 'waiting'] as const)
  t.test(
    `a run that does not come back (${hangs}) ends the process, says so, and it works again`,
    async (t) => {
      const { processes, faults, codes } = await processesAt(t, 1);
      faults.begin({ hangs });
      await until(() => codes.includes('failed inference-hung'), 'its code', PATIENCE);
      faults.end();
      await until(() => processes[0]!.demand !== undefined, 'pictures again', PATIENCE);
      t.equal(processes[0]!.health.restarts, 1);
      t.notOk(codes.includes('failed process-hung'));
    },
  );
