import { z } from 'zod';
import { QUALITY_REASONS } from '../domain/quality.ts';

/**
 * What an assessment says, as a closed schema: distributions over all faces together. There is no field for how many
 * people were there, when, or where in the picture.
 */
const figure = z.number().nonnegative();
const share = z.number().min(0).max(1);
const histogram = z.strictObject({
  unit: z.string().max(10),
  /** Edges of the bins, one more than shares. */
  edges: z.array(z.number()),
  shares: z.array(share),
});
const VERDICTS = ['good', 'weak', 'bad', 'unknown'] as const;

export const assessmentSchema = z.strictObject({
  schema: z.literal('micron-edge/assessment/1'),
  source: z.string().max(200),
  at: z.iso.datetime(),
  software: z.string().max(64),
  seconds: figure,
  analysis: z.strictObject({ widthPx: figure, heightPx: figure }),
  stream: z.strictObject({
    codec: z.string().max(20),
    widthPx: figure,
    heightPx: figure,
    bitsPerSecond: figure.optional(),
    bitsPerPixel: figure.optional(),
  }),
  /** Over all: the worst of the requirements that could be judged. */
  verdict: z.enum(VERDICTS),
  requirements: z.array(
    z.strictObject({
      name: z.string().max(40),
      verdict: z.enum(VERDICTS),
      found: z.string().max(160),
      wanted: z.string().max(160),
      advice: z.string().max(500).optional(),
    }),
  ),
  /** Share of the time in which a face was followed by what became of it; empty where there was too little. */
  faceTime: z.record(z.enum(['counted', ...QUALITY_REASONS]), share).optional(),
  plots: z.strictObject({
    intervalsMs: histogram,
    lightBySecond: z.array(z.number()),
    faceHeightPx: histogram.optional(),
    yawDeg: histogram.optional(),
    pitchDeg: histogram.optional(),
    blur: histogram.optional(),
    residualPx: histogram.optional(),
  }),
});
export type Assessment = z.output<typeof assessmentSchema>;
export type Requirement = Assessment['requirements'][number];
export type Verdict = (typeof VERDICTS)[number];
export type Histogram = z.output<typeof histogram>;
