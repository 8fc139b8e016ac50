import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { AuditLog } from '../../agent/audit/log.ts';
import { verify } from '../../agent/audit/verify.ts';
import { fromCamera } from '../../agent/camera/messages.ts';
import { loadConfig } from '../../agent/config/load.ts';
import type { CameraConfig } from '../../agent/config/schema.ts';
import { ROOT } from '../../agent/installation.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { readCommand } from '../../agent/publish/command.ts';
import { unseal } from '../../agent/publish/signal.ts';
import { Calibrations } from '../../agent/supervise/calibrations.ts';
import type { Log } from '../../agent/supervise/log.ts';
import { TestClock } from '../support/clock.ts';
import { SimDisk } from '../support/sim-disk.ts';
import { fuzz } from './target.ts';

/** Everything that the daemon reads from files and messages, made wrong. */
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const text = (path: string) => readFileSync(join(ROOT, path));
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const HOUR = 3_600_000;

t.test('configuration', (t) => {
  const path = join(folder, 'config.yaml');
  return fuzz(t, {
    inputs: { short: 150, long: 15_000 },
    examples: [text('config/demo.yaml'), text('config/micron-edge.example.yaml')],
    take(input) {
      writeFileSync(path, input);
      return loadConfig(path);
    },
  });
});

t.test('commands', (t) =>
  fuzz(t, {
    inputs: { short: 2_000, long: 30_000 },
    examples: [
      json({ command: 'pause', id: '4711' }),
      json({ schema: 'micron-edge/command/1', command: 'resume' }),
    ],
    take: (input) => readCommand(input, false),
  }),
);

t.test('messages of a camera process', (t) =>
  fuzz(t, {
    inputs: { short: 2_000, long: 15_000 },
    examples: [
      json({ type: 'slots', slots: [{ zoneId: 'press', earnedAtMs: 1, label: 'none' }] }),
      json({
        type: 'health',
        state: 'streaming',
        fps: 25,
        reconnects: 0,
        faceFrames: { counted: 1, 'frame-rate': 0, 'face-height': 0 },
      }),
      json({ type: 'failed', fault: 'failed', code: 'defect', message: 'x' }),
    ],
    take(input) {
      let message: unknown;
      try {
        message = JSON.parse(input.toString('utf8'));
      } catch {
        // IPC hands over what can be parsed; the rest never arrives.
        return;
      }
      fromCamera.safeParse(message);
    },
  }),
);

t.test('ledger', async (t) => {
  const clock = new TestClock();
  const disk = new SimDisk(() => 0.5);
  const options = { clock, keepMs: HOUR, disk };
  {
    await using ledger = await Ledger.open('/state', options);
    for (let n = 0; n < 3; n++) {
      const release = { zone: 'press', startMs: n * 900_000, endMs: (n + 1) * 900_000, epsilon: 0.5 };
      const entered = await ledger.append({ ...release, payload: '{"schema":"micron-edge/signal/1"}' });
      if (n === 0) await ledger.delivered(entered);
      clock.pass(900_000);
    }
  }
  const good = (await disk.read('/state/releases.jsonl'))!;
  await fuzz(t, {
    inputs: { short: 1_000, long: 15_000 },
    examples: [good],
    async take(input) {
      const fresh = new SimDisk(() => 0.5);
      await fresh.makeFolder();
      const file = await fresh.grow('/state/releases.jsonl');
      await file.write(input);
      await file.close();
      await using ledger = await Ledger.open('/state', { ...options, disk: fresh });
      for (const { payload, zone } of ledger.waiting) unseal(payload, zone);
      await ledger.shrink();
    },
  });
});

t.test('calibrations', async (t) => {
  const path = join(folder, 'state');
  mkdirSync(path);
  const file = join(path, 'calibration.json');
  const hash = 'a'.repeat(64);
  const camera = (id: string) => ({ id, analysis: { widthPx: 960, heightPx: 540 } }) as CameraConfig;
  const kept = { model: hash, widthPx: 960, heightPx: 540 };
  const cameras = { front: { ...kept, minScore: 3.1 }, constructor: { ...kept, minScore: -4 } };
  let ignored = 0;
  const log = { warn: () => ignored++ } as unknown as Log;
  const inputs = { short: 300, long: 15_000 };
  await fuzz(t, {
    inputs,
    examples: [
      json({ schema: 'micron-edge/calibration/1', cameras }),
      json({ schema: 'micron-edge/calibration/1', cameras: {} }),
    ],
    async take(input) {
      writeFileSync(file, input);
      const calibrations = await Calibrations.open(path, hash, log);
      for (const id of ['front', 'constructor', 'toString']) {
        const score = calibrations.of(camera(id));
        if (score !== undefined && !(Math.abs(score) <= 50)) throw new Error(`a threshold of ${score}`);
      }
      // Whatever was there, what a camera learns next is kept.
      await calibrations.keep(camera('front'), 2.5);
      const again = await Calibrations.open(path, hash, log);
      if (again.of(camera('front')) !== 2.5) throw new Error('what was kept is gone');
      if (readdirSync(path).join() !== 'calibration.json') throw new Error('something is left beside it');
    },
  });
  t.ok(ignored > 0, `${ignored} ignored`);
});

t.test('audit log', async (t) => {
  const options = { clock: new TestClock(), fileBytes: 1_000_000, fileMs: 24 * HOUR, keepMs: 48 * HOUR };
  const path = join(folder, 'audit');
  {
    await using log = await AuditLog.open(path, options);
    await log.append({ event: 'pause', detail: { by: 'mqtt' } });
    await log.append({ event: 'resume', detail: { by: 'mqtt' } });
    await log.append({ event: 'stop', detail: {} });
  }
  const name = readdirSync(path)[0]!;
  const good = readFileSync(join(path, name));
  await fuzz(t, {
    inputs: { short: 150, long: 4_000 },
    examples: [good],
    async take(input) {
      rmSync(path, { recursive: true });
      mkdirSync(path);
      writeFileSync(join(path, name), input);
      const before = await verify(path);
      await using log = await AuditLog.open(path, options);
      await log.append({ event: 'stop', detail: {} });
      // Whatever it went on from, it did not make a broken chain look whole, or a whole one broken.
      const { ok } = await verify(path);
      if (ok !== before.ok && before.ok) throw new Error('a whole log was broken by going on');
    },
  });
});

t.test('model manifest', async (t) => {
  const path = join(folder, 'model');
  mkdirSync(path);
  const entry = (name: string) => {
    const content = Buffer.from(`weights of ${name}`);
    writeFileSync(join(path, name), content);
    return { file: name, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
  };
  const manifest = JSON.parse(text('models/micron-bert-edge/manifest.json').toString('utf8'));
  for (const role of Object.keys(manifest.files)) manifest.files[role] = entry(`${role}.onnx`);
  manifest.metrics = {};
  if (manifest.precisions?.measured !== undefined) manifest.precisions.measured = {};
  await fuzz(t, {
    inputs: { short: 150, long: 15_000 },
    examples: [json(manifest), Buffer.from(JSON.stringify(manifest, null, 2))],
    take(input) {
      writeFileSync(join(path, 'manifest.json'), input);
      return loadModelOf('micron-bert', path);
    },
  });
});
