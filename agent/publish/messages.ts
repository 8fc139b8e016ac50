import { z } from 'zod';
import { GAP_REASONS } from '../domain/gap.ts';
import { SHEDDING_REASONS } from '../domain/load.ts';
import { CALIBRATION_STATES, QUALITY_REASONS } from '../domain/quality.ts';
import { LABELS, REGIONS } from '../domain/signal.ts';

/**
 * Every message that leaves the box, as closed schemas: a payload with one key more, or of another type, is not sent.
 * `agent/publish/README.md` explains them to those who read them.
 */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const instant = z.iso.datetime().describe('UTC');
const count = z.int().nonnegative();
const uuid = z.uuid();
const code = z.string().regex(/^[a-z0-9-]{1,40}$/);

const capture = z
  .discriminatedUnion('state', [
    z.strictObject({ state: z.literal('watching') }),
    z.strictObject({
      state: z.literal('paused'),
      by: z.enum(['local', 'mqtt', 'page']),
      since: instant.describe('UTC, to the minute'),
    }),
    z.strictObject({ state: z.literal('closed') }).describe('By schedule'),
    z
      .strictObject({ state: z.literal('refused'), reasons: z.array(code).min(1).max(32) })
      .describe('By governance'),
  ])
  .describe('Whether cameras are connected, and if not, why not');

const keyPath = z.string().regex(/^[A-Za-z0-9.-]{1,80}$/);
const reloaded = z
  .strictObject({
    at: instant,
    accepted: z.boolean(),
    code: code.optional().describe('Why not; where in the configuration it is wrong says the log of the box'),
    applied: z.array(keyPath).max(100).describe('Keys that have an effect since then'),
    afterRestart: z.array(keyPath).max(100).describe('Keys that have none before the next start'),
  })
  .describe('The last time that the configuration was read again, since the start');

export const statusSchema = z.strictObject({
  schema: z.literal('micron-edge/status/1'),
  node: id,
  state: z.enum(['online', 'offline']),
  capture: capture.optional().describe('Absent while offline, and before it is known'),
  reload: reloaded.optional(),
  at: instant
    .optional()
    .describe('UTC. Absent in the last will, which the broker publishes at a time that nobody knew'),
  kpi: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe(
      'SHA-256 of the definitions of success (`kpi`) that the node runs with; absent where it has none',
    ),
  version: z.string().max(64),
});

// Not derived from what camera processes report (camera/messages.ts): a field added there must not leave by itself.
// No field may follow the number of faces; see "What an observer of the network can still learn" in README.md.
const cameraHealth = z.strictObject({
  id,
  state: z.enum(['starting', 'connecting', 'streaming', 'stalled', 'waiting', 'paused', 'ended', 'failed']),
  code: code.optional(),
  fps: count.multipleOf(5).describe('What the camera sends, to the nearest 5'),
  reconnects: count,
  restarts: count,
  spotting: z
    .enum(CALIBRATION_STATES)
    .optional()
    .describe('Where the camera’s own spotting threshold stood when the day (UTC) began'),
  rate: z
    .strictObject({
      wanted: count.multipleOf(5).describe('Most pictures a second that the camera sent, to the nearest 5'),
      lowest: count.multipleOf(5).describe('Least that were looked at over a minute, to the nearest 5'),
      shedding: z.enum(SHEDDING_REASONS).optional().describe('Why fewer were looked at than came'),
    })
    .optional()
    .describe('Of the 24 hours until the last full hour (UTC); absent before there is one'),
  poor: z
    .array(z.enum(QUALITY_REASONS))
    .max(1)
    .describe('What kept most face time of the day before (UTC) from counting'),
});

export const healthSchema = z.strictObject({
  schema: z.literal('micron-edge/health/1'),
  node: id,
  at: instant,
  uptimeS: count,
  provider: z.enum(['tensorrt', 'cuda', 'cpu']).optional(),
  precision: z
    .enum(['fp32', 'fp16', 'int8'])
    .optional()
    .describe('Of the encoder that runs; auto may have had to fall back to fp32'),
  memoryMb: count.multipleOf(256).describe('Of the supervisor, rounded up to a multiple of 256'),
  capture,
  broker: z.strictObject({
    reconnects: count,
    waiting: count.describe('Signals that the broker has not acknowledged'),
    discarded: count.describe('Signals that the broker refused, or that were too many or too old'),
  }),
  cameras: z.array(cameraHealth).max(64),
});

const signalBase = {
  schema: z.literal('micron-edge/signal/1'),
  node: id,
  zone: id,
  id: uuid.optional().describe('Names the message: one that comes again has the same. Absent before 0.1.0'),
  window: z
    .strictObject({
      start: instant,
      end: instant,
      cut: instant
        .optional()
        .describe('The daemon was stopped then, and nothing was counted in the rest of the window'),
    })
    .describe('Start inclusive, end exclusive'),
  purpose: z.enum(['medical', 'safety', 'research-with-consent', 'demo']),
  headCount: count.describe('People who regularly work in the zone, as declared; not what was seen'),
  slotSeconds: z.number().positive().describe('Qualifying face time of one track that makes one slot'),
  model: z.strictObject({
    name: z.string().max(64),
    version: z.string().max(64),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    trained: z.boolean(),
    evidence: z
      .enum(['none', 'synthetic', 'real'])
      .describe('On what the model has been shown to work; anything but real is no ground for a decision'),
    validatedOn: z.array(z.string().max(100)).max(20),
  }),
};

const noise = z.discriminatedUnion('mechanism', [
  z.strictObject({
    mechanism: z.literal('discrete-laplace'),
    epsilon: z.number().positive(),
    interval95: count.describe('With 95 % probability each count is within this much of the true one'),
  }),
  z.strictObject({ mechanism: z.literal('none'), interval95: z.literal(0) }),
]);

export const signalSchema = z.discriminatedUnion('state', [
  z.strictObject({
    ...signalBase,
    state: z.literal('released'),
    // With an enum as key every label must be there, and nothing else.
    slots: z
      .record(z.enum(LABELS), z.int())
      .describe('Slots by their strongest event, with noise; may be negative, so that sums stay unbiased'),
    noise,
    regions: z
      .strictObject({
        slots: z
          .record(z.enum(REGIONS), z.int())
          .describe('Slots with an event by where on the face most of it was, with noise of their own'),
        noise,
      })
      .optional()
      .describe('Where it is configured; the losses of both add up'),
  }),
  z.strictObject({
    ...signalBase,
    state: z.literal('withheld'),
    reason: z.enum(['headcount', 'capture', 'budget', 'total', 'ledger']),
  }),
]);

export const gapSchema = z.strictObject({
  schema: z.literal('micron-edge/gap/1'),
  node: id,
  zone: id,
  id: uuid.describe(
    'Names the gap. One that comes again takes the place of the one before: it may have grown',
  ),
  from: instant.describe('Start of the first window'),
  to: instant.describe('End of the last window, exclusive'),
  count: count.min(1).describe('Signals of this zone that will not come; windows between may have come'),
  reason: z
    .enum(GAP_REASONS)
    .describe('size: more were waiting than may wait. age: they waited too long. refused: by the broker'),
});

export const answerSchema = z.strictObject({
  schema: z.literal('micron-edge/answer/1'),
  node: id,
  at: instant,
  command: z.enum(['pause', 'resume', 'reload']).optional(),
  id: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,36}$/)
    .optional()
    .describe('As the command had it'),
  accepted: z.boolean(),
  reason: z
    .enum(['retained', 'malformed', 'paused-locally', 'too-soon', 'not-recorded', 'invalid', 'refused'])
    .optional(),
  reload: reloaded.optional().describe('What became of a reload'),
  capture: capture.describe('As it stands afterwards'),
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
export type Reloaded = z.output<typeof reloaded>;
export type Answer = z.output<typeof answerSchema>;
export type Status = z.output<typeof statusSchema>;
export type Health = z.output<typeof healthSchema>;
export type GapMessage = z.output<typeof gapSchema>;
export type Signal = z.output<typeof signalSchema>;
