import { z } from 'zod';
import { CALIBRATION_STATES, QUALITY_REASONS } from '../domain/quality.ts';
import { EXPRESSIONS, REGIONS } from '../domain/signal.ts';

/**
 * Everything that passes between the supervisor and a camera process, as closed schemas. Both ends check what they
 * receive, so a camera process that is broken or taken over can still hand out nothing but this: no pixel, no token, no
 * track, no position has a field to travel in, and no field is long enough to smuggle one.
 */

export const CAMERA_STATES = [
  'starting',
  'connecting',
  'streaming',
  'stalled',
  'waiting',
  'paused',
  'ended',
  'failed',
] as const;
export type CameraState = (typeof CAMERA_STATES)[number];

const code = z.string().regex(/^[a-z0-9-]{1,40}$/);
const count = z.int().nonnegative();
const slot = { zoneId: z.string().max(32), earnedAtMs: z.int().nonnegative() };

export const fromCamera = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('slots'),
    slots: z
      .array(
        z.discriminatedUnion('label', [
          z.strictObject({ ...slot, label: z.literal('none') }),
          z.strictObject({ ...slot, label: z.enum(EXPRESSIONS), region: z.enum(REGIONS).optional() }),
        ]),
      )
      .max(256),
  }),
  z.strictObject({
    type: z.literal('health'),
    state: z.enum(CAMERA_STATES),
    code: code.optional(),
    provider: z.enum(['tensorrt', 'cuda', 'cpu']).optional(),
    precision: z.enum(['fp32', 'fp16', 'int8']).optional(),
    /** Pictures per second that the camera sends, whatever becomes of them. */
    fps: z.number().nonnegative().max(1000),
    reconnects: count,
    /** For the supervisor to share out what the box can do, and to see progress. */
    load: z.strictObject({
      arrived: count.max(100_000),
      looked: count.max(100_000),
      busyPercent: count.max(100),
      lagMs: count,
    }),
    /** For the supervisor to tell once a day. */
    spotting: z.enum(CALIBRATION_STATES).optional(),
    /** Since the last message; for the daily judgement of the supervisor and nobody else. */
    faceFrames: z.record(z.enum(['counted', ...QUALITY_REASONS]), count),
  }),
  /** The threshold that the camera has set itself, in tenths; kept over restarts. */
  z.strictObject({ type: z.literal('calibration'), thresholdTenths: z.int().min(-500).max(500) }),
  z.strictObject({
    type: z.literal('failed'),
    fault: z.enum(['failed', 'config', 'governance', 'environment']),
    code,
    message: z.string().max(500),
    remedy: z.string().max(500).optional(),
  }),
]);
export type FromCamera = z.output<typeof fromCamera>;
export type CameraHealth = Omit<
  Extract<FromCamera, { type: 'health' }>,
  'type' | 'faceFrames' | 'spotting' | 'load'
>;

/**
 * What a camera process may be told while it works. `show` begins a live view, as `agent/show` makes it, on `SHOW_FD`;
 * `rate` grants so many looks a second, and without `fps` all that it likes.
 */
export const toCamera = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({
    type: z.literal('show'),
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
    fps: z.number().positive(),
  }),
  z.strictObject({ type: z.literal('hide') }),
  z.strictObject({ type: z.literal('rate'), fps: z.number().min(1).max(1000).optional() }),
]);
export type ToCamera = Assignment | z.output<typeof toCamera>;

/**
 * A camera process ends by it when a run of a network does not come back. Nobody else sends it, it leaves no core, and
 * no library listens to it: a handler would wait for the thread that hangs.
 */
export const HUNG_SIGNAL = 'SIGPROF';

/** Encoded masked frames go from a camera process to the supervisor over a pipe of their own; only when `live` is configured. */
export const SHOW_FD = 4;

/** What a camera process has to do. The credentials travel here, never in argv or environment. */
export interface Assignment {
  readonly type: 'start';
  readonly camera: import('../config/schema.ts').CameraConfig;
  readonly config: Pick<
    import('../config/schema.ts').Config,
    'inference' | 'detector' | 'quality' | 'spot' | 'aggregation'
  >;
  /** Spotting threshold of an earlier calibration, log odds. */
  readonly knownMinScore?: number;
  readonly credentials?: import('../domain/credentials.ts').Credentials;
}
