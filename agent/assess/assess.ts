import type { CameraConfig, Config } from '../config/schema.ts';
import type { StreamFacts } from '../decode/probe.ts';
import { frames } from '../decode/source.ts';
import { BANDS } from '../detect/light.ts';
import type { Credentials } from '../domain/credentials.ts';
import { OperatorError } from '../domain/errors.ts';
import { QUALITY_REASONS } from '../domain/quality.ts';
import { watch } from '../pipeline.ts';
import { type Assessment, assessmentSchema } from './assessment.ts';
import type { Measures } from './measures.ts';
import { bitsPerPixel } from './requirements/codec.ts';
import { FEWEST_FACES } from './requirements/subject.ts';
import { overall, requirementsOf } from './requirements.ts';
import { buildAssessment } from './stages.ts';

export interface Examinee {
  /** As it is called in the report; without credentials. */
  readonly name: string;
  readonly camera: CameraConfig;
  readonly config: Config;
  readonly credentials?: Credentials;
  readonly stream: StreamFacts;
  /** Media time to look at, seconds. */
  readonly seconds: number;
}

export interface Surroundings {
  readonly software: string;
  now(): Date;
  /** Told as pictures come: seconds of media time, and pictures per second now. */
  onProgress(seconds: number, fps: number): void;
}

/**
 * Looks on for a while and says whether this camera can carry micro-expression analysis.
 *
 * @throws OperatorError camera-silent (exit 1), with what is the matter
 */
export async function assess(
  examinee: Examinee,
  { software, now, onProgress }: Surroundings,
  signal: AbortSignal,
): Promise<Assessment> {
  const { camera, config, credentials, stream } = examinee;
  const { stages, measures, faceFrames, viewFault } = await buildAssessment(camera, config);
  const live = !camera.url.startsWith('file:');
  const enough = new AbortController();
  const ended = AbortSignal.any([signal, enough.signal]);
  let trouble: string | undefined;
  const source = frames(
    {
      ...camera,
      ...camera.analysis,
      ...(credentials === undefined ? {} : { credentials }),
      realTime: live,
    },
    {
      onState(state, code) {
        if (state !== 'waiting') return;
        trouble = code;
        // A camera that has shown nothing yet is not waited for; a recording is over.
        if (!live || measures.times.length === 0) enough.abort();
      },
      onDrop: () => {
        measures.dropped++;
      },
    },
    ended,
  );
  for await (const _ of watch(source, stages)) {
    const { seconds } = measures;
    if (measures.times.length % 10 === 0) onProgress(seconds, 1000 / Math.max(1, measures.intervalMs));
    if (seconds >= examinee.seconds) enough.abort();
  }
  if (measures.times.length < 2)
    throw new OperatorError(
      'failed',
      'camera-silent',
      `There is nothing to assess: ${trouble ?? 'no picture came'}.`,
      { remedy: 'micron-edge doctor asks the camera; agent/camera/README.md explains the code.' },
    );
  measures.close(faceFrames());
  const requirements = requirementsOf({
    measures,
    stream,
    quality: config.quality,
    analysis: camera.analysis,
    live,
    viewFault: viewFault(),
  });
  const bits = bitsPerPixel(stream);
  return assessmentSchema.parse({
    schema: 'micron-edge/assessment/1',
    source: examinee.name,
    at: now().toISOString(),
    software,
    seconds: Math.round(measures.seconds),
    analysis: camera.analysis,
    stream: {
      codec: stream.codec,
      widthPx: stream.widthPx,
      heightPx: stream.heightPx,
      ...(stream.seconds > 0 && stream.bits > 0
        ? { bitsPerSecond: Math.round(stream.bits / stream.seconds) }
        : {}),
      ...(bits === undefined ? {} : { bitsPerPixel: Number(bits.toPrecision(3)) }),
    },
    verdict: overall(requirements),
    requirements,
    ...faceTimeOf(measures),
    plots: plotsOf(measures, config),
  });
}

function faceTimeOf({ faceTime, heights }: Measures): Pick<Assessment, 'faceTime'> {
  if (heights.count < FEWEST_FACES) return {};
  const verdicts = ['counted', ...QUALITY_REASONS] as const;
  const sum = verdicts.reduce((total, each) => total + faceTime[each], 0);
  return {
    faceTime: Object.fromEntries(
      verdicts.map((each) => [each, Math.round((100 * faceTime[each]) / sum) / 100]),
    ) as Assessment['faceTime'],
  };
}

function plotsOf(measures: Measures, { quality }: Config): Assessment['plots'] {
  const { times, intervalMs, light } = measures;
  const intervals = measures.intervals();
  const bySecond = new Map<number, number[]>();
  light.forEach((bands, i) => {
    const second = Math.floor((times[i]! - times[0]!) / 1000);
    const mean = bands.reduce((sum, band) => sum + band, 0) / BANDS;
    bySecond.set(second, [...(bySecond.get(second) ?? []), mean]);
  });
  const base = {
    intervalsMs: intervals.histogram('ms', 0, Math.max(10, 3 * intervalMs), 30),
    lightBySecond: [...bySecond.values()].map((all) =>
      Math.round(all.reduce((sum, each) => sum + each, 0) / all.length),
    ),
  };
  if (measures.heights.count < FEWEST_FACES) return base;
  return {
    ...base,
    faceHeightPx: measures.heights.histogram(
      'px',
      0,
      Math.max(2 * quality.minFaceHeightPx, measures.heights.quantile(1)),
      24,
    ),
    yawDeg: measures.yaws.histogram('degrees', -60, 60, 24),
    pitchDeg: measures.pitches.histogram('degrees', -60, 60, 24),
    blur: measures.blurs.histogram('', 0.3, 1, 28),
    residualPx: measures.residuals.histogram('px', 0, 2 * quality.maxMotionPx, 24),
  };
}
