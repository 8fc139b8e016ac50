import { z } from 'zod';
import { LABELS } from '../domain/signal.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');
/** A name inside the model's own folder: nothing that could lead out of it. */
const fileName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'a plain file name');
const file = z.strictObject({ file: fileName, sha256, bytes: z.int().positive() });
export type FileEntry = z.output<typeof file>;
const point = z.tuple([z.number(), z.number()]);

const common = {
  schema: z.literal('micron-edge/model/1'),
  name: z.string().regex(/^[a-z0-9-]{1,64}$/),
  version: z.string().min(1).max(64),
  licence: z.string().min(1),
  source: z.string().min(1),
};

const faceDetector = z.strictObject({
  ...common,
  kind: z.literal('face-detector'),
  files: z.strictObject({ detector: file }),
});

export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];
const precision = z.enum(PRECISIONS);

const micronBert = z.strictObject({
  ...common,
  kind: z.literal('micron-bert'),
  trained: z.boolean(),
  evidence: z.enum(['none', 'synthetic', 'real']),
  validatedOn: z.array(z.string().min(1).max(100)).max(20),
  trainingData: z.string(),
  // The order is the meaning of the logits, so it must be exactly ours.
  labels: z.tuple([z.literal(LABELS[0]), z.literal(LABELS[1]), z.literal(LABELS[2]), z.literal(LABELS[3])]),
  input: z.strictObject({
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
    patchPx: z.int().positive(),
    layout: z.literal('NHWC'),
    dtype: z.literal('uint8'),
    colour: z.literal('sRGB'),
  }),
  tokens: z.strictObject({ count: z.int().positive(), dim: z.int().positive() }),
  landmarkTemplate: z.strictObject({ leftEye: point, rightEye: point, nose: point, mouth: point }),
  spot: z.strictObject({
    zThreshold: z.number().positive(),
    /** Log odds. */
    minScore: z.number(),
    minOnsetMs: z.number().nonnegative(),
    maxDurationMs: z.number().positive(),
    lagsMs: z.array(z.number().positive()).min(1),
  }),
  precisions: z.strictObject({
    /** What `inference.precision: auto` means. */
    recommended: z.strictObject({ cpu: precision, gpu: precision }),
    /** How far each precision strays, for people to read. */
    measured: z.record(z.string(), z.unknown()).optional(),
  }),
  files: z.strictObject({
    encoder: file,
    comparator: file,
    encoderFp16: z.exactOptional(file),
    comparatorFp16: z.exactOptional(file),
    encoderInt8: z.exactOptional(file),
    parity: file,
  }),
  metrics: z.record(z.string(), z.unknown()),
});

/** `models/<name>/manifest.json`: what a model is, where it comes from, and the hash of every file of it. */
export const manifestSchema = z
  .discriminatedUnion('kind', [faceDetector, micronBert])
  .refine(
    (manifest) => manifest.kind !== 'micron-bert' || manifest.trained === (manifest.evidence !== 'none'),
    {
      path: ['evidence'],
      message: 'evidence is "none" for untrained weights, and only for those',
    },
  )
  .refine(
    (manifest) => manifest.kind !== 'micron-bert' || manifest.input.widthPx === manifest.input.heightPx,
    {
      path: ['input', 'heightPx'],
      message: 'crops are square',
    },
  )
  .refine(
    (manifest) =>
      manifest.kind !== 'micron-bert' ||
      'encoderFp16' in manifest.files === 'comparatorFp16' in manifest.files,
    {
      path: ['files'],
      message: 'encoderFp16 and comparatorFp16 come together',
    },
  )
  .refine(
    (manifest) =>
      manifest.kind !== 'micron-bert' ||
      Object.values(manifest.precisions.recommended).every(
        (each) => each === 'fp32' || (each === 'fp16' ? 'encoderFp16' : 'encoderInt8') in manifest.files,
      ),
    {
      path: ['precisions', 'recommended'],
      message: 'a precision that none of the files has',
    },
  );

export type Manifest = z.output<typeof manifestSchema>;
export type MicronBertManifest = Extract<Manifest, { kind: 'micron-bert' }>;
