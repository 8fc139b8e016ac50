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

export const statusSchema = z.strictObject({
  schema: z.literal('micron-edge/status/1'),
  node: id,
  state: z.enum(['online', 'offline']),
  /** Absent in the last will, which the broker publishes at a time that nobody knew. */
  at: instant.optional(),
  version: z.string().max(64),
});

// Not derived from what camera processes report (camera/messages.ts): a field added there must not leave by itself.
const cameraHealth = z.strictObject({
  id,
  state: z.enum(['starting', 'connecting', 'streaming', 'stalled', 'waiting', 'paused', 'ended', 'failed']),
  code: code.optional(),
  fps: z.number().nonnegative(),
  frames: count,
  dropped: count,
  redactedWhole: count,
  reconnects: count,
  restarts: count,
  latencyMs: z.number().nonnegative(),
  belowQuality: z.strictObject({ 'frame-rate': count, 'face-height': count }),
});

export const healthSchema = z.strictObject({
  schema: z.literal('micron-edge/health/1'),
  node: id,
  at: instant,
  uptimeS: count,
  provider: z.enum(['tensorrt', 'cuda', 'cpu']).optional(),
  memoryMb: count,
  cpuPercent: z.number().min(0).max(100).optional(),
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
    reason: z.enum(['headcount', 'budget', 'total', 'ledger']),
  }),
]);

export type Status = z.output<typeof statusSchema>;
export type Health = z.output<typeof healthSchema>;
export type Signal = z.output<typeof signalSchema>;
