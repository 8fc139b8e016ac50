import { z } from 'zod';

/**
 * What the audit log can say, as closed schemas: an entry has no field in which a count, a track or a name of a person
 * could end up.
 */
const code = z.string().regex(/^[a-z0-9-]{1,40}$/);
/** A key of the configuration. */
const keyPath = z.string().regex(/^[A-Za-z0-9.-]{1,80}$/);
const codes = z.array(code).max(32);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const by = z.enum(['local', 'mqtt', 'page']);
const count = z.int().nonnegative();
const nothing = z.strictObject({});

const event = <N extends string, D extends z.ZodType>(name: N, detail: D) =>
  z.strictObject({ event: z.literal(name), detail });

export const eventSchema = z.discriminatedUnion('event', [
  event(
    'start',
    z.strictObject({
      version: z.string().max(64),
      /** SHA-256 of the effective configuration, canonical JSON, without secrets. */
      config: sha256,
      /** SHA-256 of its definitions of success (`kpi`), where it has some. */
      kpi: sha256.optional(),
      model: z.strictObject({ name: z.string().max(64), version: z.string().max(64), hash: sha256 }),
      purpose: z.enum(['medical', 'safety', 'research-with-consent', 'demo']),
      jurisdiction: z.string().regex(/^[A-Z]{2}$/),
      /** True when the entry before was not a stop: the process or the machine has died. */
      afterCrash: z.boolean(),
    }),
  ),
  event('stop', nothing),
  event('start-failed', z.strictObject({ code })),
  event('governance-refused', z.strictObject({ reasons: codes })),
  event('config-changed', z.strictObject({ from: sha256, to: sha256 })),
  event(
    'reload',
    z.strictObject({
      by: z.enum(['local', 'mqtt']),
      applied: z.array(keyPath),
      afterRestart: z.array(keyPath),
    }),
  ),
  event('reload-refused', z.strictObject({ by: z.enum(['local', 'mqtt']), reason: code })),
  event('pause', z.strictObject({ by })),
  event('resume', z.strictObject({ by })),
  event('command-refused', z.strictObject({ reason: code, times: count })),
  event('capture-opened', nothing),
  event('capture-closed', z.strictObject({ because: z.enum(['paused', 'closed', 'refused', 'stopped']) })),
  event('live-view-refused', z.strictObject({ camera: id, reason: code })),
  event('live-view-opened', z.strictObject({ camera: id, session: code })),
  /** Told when the view closes: who knocked at its address and was not let in, by what was wrong. */
  event('live-view-denied', z.strictObject({ session: code, reason: code, times: count })),
  event('live-view-closed', z.strictObject({ camera: id, session: code, because: code })),
  event('page-login-refused', z.strictObject({ times: count })),
  /** Somebody has looked whether a camera is good enough; absent: one that is not in the configuration. */
  event('assessment', z.strictObject({ camera: id.optional() })),
  event('budget-spent', z.strictObject({ zone: id })),
  event('ledger-failed', z.strictObject({ zone: id })),
  /** First of a file that follows on another. */
  event('rotated', nothing),
  /** A crash had left part of an entry, which is gone; nothing was done yet of what it would have said. */
  event('tail-lost', z.strictObject({ bytes: count })),
  /** A file went because of its age. `seq` and `hash` are of its last entry: the anchor of what is left. */
  event('expired', z.strictObject({ seq: count, hash: sha256 })),
]);
export type AuditEvent = z.output<typeof eventSchema>;
