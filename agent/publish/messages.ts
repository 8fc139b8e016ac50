import { z } from 'zod';
import { LABELS } from '../domain/signal.ts';

/**
 * Every message that leaves the box, as closed schemas: a payload with one key more, or of another type, is not sent.
 * `agent/publish/README.md` explains them to those who read them.
 */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const instant = z.iso.datetime();
const count = z.int().nonnegative();
const code = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** Whether cameras are connected, and if not, why not. */
const capture = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('watching') }),
  z.strictObject({
    state: z.literal('paused'),
    by: z.enum(['local', 'mqtt']),
    /** To the minute. */
    since: instant,
  }),
  z.strictObject({ state: z.literal('closed') }),
  z.strictObject({ state: z.literal('refused'), reasons: z.array(code).min(1).max(32) }),
]);

export const statusSchema = z.strictObject({
  schema: z.literal('micron-edge/status/1'),
  node: id,
  state: z.enum(['online', 'offline']),
  /** Absent while offline, and before it is known. */
  capture: capture.optional(),
  /** Absent in the last will, which the broker publishes at a time that nobody knew. */
  at: instant.optional(),
  version: z.string().max(64),
});

// Not derived from what camera processes report (camera/messages.ts): a field added there must not leave by itself.
// No field may follow the number of faces; see "What an observer of the network can still learn" in README.md.
const cameraHealth = z.strictObject({
  id,
  state: z.enum(['starting', 'connecting', 'streaming', 'stalled', 'waiting', 'paused', 'ended', 'failed']),
  code: code.optional(),
  /** That the camera sends, to the nearest 5. */
  fps: count.multipleOf(5),
  reconnects: count,
  restarts: count,
  /** What kept most face time of the day before (UTC) from counting. */
  poor: z.array(z.enum(['frame-rate', 'face-height'])).max(2),
});

export const healthSchema = z.strictObject({
  schema: z.literal('micron-edge/health/1'),
  node: id,
  at: instant,
  uptimeS: count,
  provider: z.enum(['tensorrt', 'cuda', 'cpu']).optional(),
  /** Of the encoder that runs; `auto` may have had to fall back to fp32. */
  precision: z.enum(['fp32', 'fp16', 'int8']).optional(),
  /** Of the supervisor, rounded up to a multiple of 256. */
  memoryMb: count.multipleOf(256),
  capture,
  broker: z.strictObject({ reconnects: count, waiting: count, discarded: count }),
  cameras: z.array(cameraHealth).max(64),
});

const signalBase = {
  schema: z.literal('micron-edge/signal/1'),
  node: id,
  zone: id,
  window: z.strictObject({ start: instant, end: instant }),
  purpose: z.enum(['medical', 'safety', 'research-with-consent', 'demo']),
  headCount: count,
  slotSeconds: z.number().positive(),
  model: z.strictObject({
    name: z.string().max(64),
    version: z.string().max(64),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    trained: z.boolean(),
    evidence: z.enum(['none', 'synthetic', 'real']),
    validatedOn: z.array(z.string().max(100)).max(20),
  }),
};

export const signalSchema = z.discriminatedUnion('state', [
  z.strictObject({
    ...signalBase,
    state: z.literal('released'),
    // With an enum as key every label must be there, and nothing else.
    slots: z.record(z.enum(LABELS), z.int()),
    noise: z.discriminatedUnion('mechanism', [
      z.strictObject({
        mechanism: z.literal('discrete-laplace'),
        epsilon: z.number().positive(),
        interval95: count,
      }),
      z.strictObject({ mechanism: z.literal('none'), interval95: z.literal(0) }),
    ]),
  }),
  z.strictObject({
    ...signalBase,
    state: z.literal('withheld'),
    reason: z.enum(['headcount', 'capture', 'budget', 'total', 'ledger']),
  }),
]);

/** What became of a command. */
export const answerSchema = z.strictObject({
  schema: z.literal('micron-edge/answer/1'),
  node: id,
  at: instant,
  command: z.enum(['pause', 'resume']).optional(),
  /** As the command had it. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,36}$/)
    .optional(),
  accepted: z.boolean(),
  reason: z.enum(['retained', 'malformed', 'paused-locally', 'too-soon', 'not-recorded']).optional(),
  capture,
});

/** The newest entry of the audit log, for others to keep: what is written anew later no longer has this hash. */
export const auditSchema = z.strictObject({
  schema: z.literal('micron-edge/audit/1'),
  node: id,
  at: instant,
  seq: count,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Capture = z.output<typeof capture>;
export type Answer = z.output<typeof answerSchema>;
export type Status = z.output<typeof statusSchema>;
export type Health = z.output<typeof healthSchema>;
export type Signal = z.output<typeof signalSchema>;
