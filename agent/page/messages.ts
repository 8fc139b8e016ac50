import { z } from 'zod';
import { eventSchema } from '../audit/events.ts';
import { gapSchema, healthSchema, signalSchema } from '../publish/messages.ts';

/**
 * All that the supervisor tells the page's process, and all that it may ask. Signals, gaps, capture and health are the messages
 * that leave the box anyway, by the same closed schemas; there is no field in which anything else could come.
 */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const code = z.string().regex(/^[a-z0-9-]{1,40}$/);
const epsilon = z.number().nonnegative();

/** Of the configuration. */
export const placeSchema = z.strictObject({
  node: id,
  software: z.string().max(64),
  minHeadCount: z.int().positive(),
  windowS: z.number().positive(),
  /** Privacy loss of a message, and what a zone may lose in any 24 hours. */
  epsilonPerMessage: epsilon,
  epsilonPerDay: epsilon,
  zones: z
    .array(z.strictObject({ id, name: z.string().max(60), headCount: z.int().nonnegative() }))
    .max(2048),
});

export const pageHealthSchema = healthSchema.omit({ schema: true, node: true }).extend({
  broker: healthSchema.shape.broker.extend({ connected: z.boolean(), trouble: code.optional() }),
  /** Privacy loss of each zone over the last 24 hours. */
  spent: z.record(id, epsilon),
});

const auditEntrySchema = z.object({ seq: z.int().positive(), at: z.iso.datetime() }).and(eventSchema);

export const toPage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    address: z.enum(['127.0.0.1', '::1']),
    port: z.int().min(1).max(65_535),
    /** Under which a proxy shows it, if one does. */
    origin: z.string().max(300).optional(),
    /** SHA-256 of the login token: the token itself never comes here. */
    tokenSha256: z.string().regex(/^[0-9a-f]{64}$/),
    place: placeSchema,
    history: z.array(z.union([signalSchema, gapSchema])),
  }),
  /** The configuration was read again. */
  z.strictObject({ type: z.literal('place'), place: placeSchema }),
  z.strictObject({ type: z.literal('signal'), signal: signalSchema }),
  z.strictObject({ type: z.literal('gap'), gap: gapSchema }),
  z.strictObject({ type: z.literal('capture'), capture: healthSchema.shape.capture }),
  z.strictObject({ type: z.literal('health'), health: pageHealthSchema }),
  z.strictObject({ type: z.literal('audit'), entries: z.array(auditEntrySchema).max(100) }),
  z.strictObject({
    type: z.literal('answer'),
    id: z.string().max(36),
    accepted: z.boolean(),
    reason: code.optional(),
  }),
]);

export const fromPage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('listening') }),
  z.strictObject({ type: z.literal('failed'), code: z.string().max(40) }),
  z.strictObject({
    type: z.literal('command'),
    command: z.enum(['pause', 'resume']),
    id: z.string().regex(/^[A-Za-z0-9-]{1,36}$/),
  }),
  /** Logins that were refused since the last word of it. */
  z.strictObject({ type: z.literal('denied'), times: z.int().positive() }),
]);

export type Place = z.output<typeof placeSchema>;
export type PageHealth = z.output<typeof pageHealthSchema>;
export type AuditLine = z.output<typeof auditEntrySchema>;
export type ToPage = z.output<typeof toPage>;
export type FromPage = z.output<typeof fromPage>;
