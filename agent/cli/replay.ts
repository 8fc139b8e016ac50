import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { WindowCounts } from '../aggregate/window.ts';
import { buildStages, type Surroundings } from '../camera/stages.ts';
import { loadConfig } from '../config/load.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { evaluate } from '../evaluate/evaluation.ts';
import { observe } from '../evaluate/observer.ts';
import { createRecorder } from '../evaluate/recording.ts';
import { scoresCsv } from '../evaluate/scores.ts';
import { table } from '../evaluate/table.ts';
import { requirePermission } from '../governance/gate.ts';
import { ROOT } from '../installation.ts';
import type { Io } from '../main.ts';
import { loadConfigured } from '../models/configured.ts';
import { createZoning } from '../permit/permit.ts';
import { forbidCoreDumps } from '../state/core-dumps.ts';
import { openOutput, readTruth } from './evaluation-files.ts';
import { addressOf, play } from './playback.ts';

const USAGE =
  'Usage: micron-edge replay FILE [CONFIG] [--evaluate TRUTH.json [--json FILE] [--scores FILE.csv]]\n';

interface Task {
  readonly file: string;
  readonly config: Config;
  readonly camera: CameraConfig;
}

/**
 * `micron-edge replay FILE [CONFIG]`: a recording through the pipeline of the first camera of the configuration, as fast
 * as it goes, on the recording's own clock. For checks with footage that nobody needs protection from: the counts are
 * printed without noise, and only for purpose demo. With `--evaluate` it prints instead how well the pipeline did against
 * what is true of the recording.
 */
export async function replay(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { evaluate: { type: 'string' }, json: { type: 'string' }, scores: { type: 'string' } },
  });
  const [file, path = join(ROOT, 'config/demo.yaml'), ...rest] = positionals;
  const { evaluate: truth, json, scores } = values;
  const alone = truth === undefined && (json !== undefined || scores !== undefined);
  if (file === undefined || rest.length > 0 || alone) {
    io.err(USAGE);
    return EXIT.config;
  }
  const { config } = await loadConfig(path);
  requirePermission(config, new Date());
  if (config.governance.purpose !== 'demo')
    throw new OperatorError(
      'governance',
      'replay-not-demo',
      'replay prints counts without noise, so it takes purpose demo only.',
      {
        remedy: `Use ${join(ROOT, 'config/demo.yaml')}, or a copy of it with your zones.`,
      },
    );
  await access(file).catch((cause: Error) => {
    throw new OperatorError('config', 'recording-missing', `There is no recording ${file}.`, { cause });
  });
  await forbidCoreDumps();
  const task: Task = { file, config, camera: config.cameras[0]! };
  if (truth === undefined) await aggregated(task, io);
  else await evaluated(task, { truth, json, scores }, io);
  return EXIT.ok;
}

/** Slots on the recording's own clock, which begins with it. */
const SURROUNDINGS: Surroundings = { wallClock: ({ ptsMs }) => Math.max(0, ptsMs) };

async function aggregated({ file, config, camera }: Task, io: Io): Promise<void> {
  const built = await buildStages({ camera, config }, SURROUNDINGS);
  const windowMs = config.aggregation.windowS * 1000;
  const windows = new WindowCounts(
    camera.zones.map(({ id }) => id),
    windowMs,
    0,
    0,
  );
  let seen = 0;
  let last = 0;
  const onPicture = (ptsMs: number) => {
    seen++;
    last = ptsMs;
  };
  for await (const slots of play(file, camera, built.stages, onPicture))
    for (const slot of slots) windows.add(slot);
  for (const { zoneId, window, counts, regions } of windows.close(last + windowMs)) {
    const where = config.aggregation.regions === undefined ? {} : { regions };
    io.out(
      `${JSON.stringify({ zone: zoneId, fromS: window.startMs / 1000, toS: window.endMs / 1000, slots: counts, ...where })}\n`,
    );
  }
  io.err(`${seen} frames, ${(last / 1000).toFixed(1)} s, provider ${built.provider}\n`);
}

interface Files {
  readonly truth: string;
  readonly json: string | undefined;
  readonly scores: string | undefined;
}

async function evaluated({ file, config, camera }: Task, files: Files, io: Io): Promise<void> {
  const truth = await readTruth(files.truth);
  await using json = await openOutput(files.json);
  await using scores = await openOutput(files.scores);
  const recorder = createRecorder();
  const observer = observe(config.governance.purpose, addressOf(file), recorder);
  const built = await buildStages({ camera, config }, { ...SURROUNDINGS, observer });
  for await (const _ of play(file, camera, built.stages, recorder.picture));

  const { widthPx, heightPx } = camera.analysis;
  const zoneOf = createZoning(camera, widthPx, heightPx);
  const result = evaluate(recorder, truth, { widthPx, heightPx, zoneOf });
  const { manifest, hash } = (await loadConfigured(config)).micronBert;
  const { name, version, trained } = manifest;
  const subject = {
    recording: basename(file),
    truth: basename(files.truth),
    zones: camera.zones.map(({ id }) => id),
    model: { name, version, hash, trained },
  };
  io.out(table(result, subject));
  io.err(`provider ${built.provider}\n`);
  const { tracks, tracksOfNobody } = result.faces;
  if (tracks > 0 && tracks === tracksOfNobody)
    io.err(`No face is where ${subject.truth} has one. Is it the truth of ${subject.recording}?\n`);
  await json?.writeFile(
    `${JSON.stringify({ schema: 'micron-edge/evaluation/1', ...subject, provider: built.provider, precision: built.precision, ...result }, null, 2)}\n`,
  );
  await scores?.writeFile(scoresCsv(recorder, truth.fps));
}
