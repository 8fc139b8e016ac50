import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../domain/canonical.ts';
import { type AuditEvent, eventSchema } from './events.ts';

/** Number and hash of the newest entry; of an empty log, those that the first entry follows on. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) };

const frame = {
  seq: z.int().positive(),
  at: z.iso.datetime(),
  prevHash: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
};
const frameSchema = z.looseObject(frame);

export type Entry = AuditEvent & {
  readonly seq: number;
  /** Wall clock, ISO 8601. May go back when the clock was set. */
  readonly at: string;
  readonly prevHash: string;
  /** SHA-256 of the canonical JSON (RFC 8785) of the entry without this field, in hexadecimal. */
  readonly hash: string;
};

export const hashOf = (entry: Omit<Entry, 'hash'>): string =>
  createHash('sha256').update(canonical(entry)).digest('hex');

/** The entry after `head`. @throws ZodError when the event has a field that it must not have */
export function entryAfter(head: Head, event: AuditEvent, at: Date): Entry {
  const body = {
    seq: head.seq + 1,
    at: at.toISOString(),
    prevHash: head.hash,
    ...eventSchema.parse(event),
  };
  return { ...body, hash: hashOf(body) } as Entry;
}

export const lineOf = (entry: Entry): string => `${canonical(entry)}\n`;

/** The entry in a line, or in words why it is none. `text` has no line end. */
export function parseLine(text: string): Entry | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  const parsed = frameSchema.safeParse(value);
  if (!parsed.success) return 'is not an entry of an audit log';
  const { seq, at, prevHash, hash, ...event } = parsed.data;
  if (!eventSchema.safeParse(event).success) return 'says something that an audit log never says';
  const entry = value as Entry;
  if (canonical(entry) !== text) return 'is not written as it was written first';
  const { hash: _, ...body } = entry;
  return hashOf(body as Omit<Entry, 'hash'>) === hash ? entry : 'does not match its own hash';
}
