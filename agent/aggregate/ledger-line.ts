import { z } from 'zod';
import { OperatorError } from '../domain/errors.ts';
import { FEEDS, GAP_REASONS } from '../domain/gap.ts';

const ms = z.int();
const provenMs = ms.nonnegative();
const n = z.int().positive();
const feed = z.enum(FEEDS);
/** What a message can name: the years that ISO 8601 writes with four digits. */
const instantMs = ms.min(0).max(253_402_300_799_999);

/** One line of the ledger's file, JSON. */
export const lineSchema = z.discriminatedUnion('kind', [
  /** First of the file: see `Mark`. */
  z.strictObject({ kind: z.literal('clock'), provenMs, boot: z.string().max(64), upMs: ms }),
  z.strictObject({
    kind: z.literal('release'),
    n,
    zone: z.string().max(32),
    /** The window, wall clock. */
    startMs: ms,
    endMs: ms,
    epsilon: z.number().nonnegative(),
    /** When it was entered. */
    provenMs,
    /** The message as it goes to the broker, until the broker has taken it on every feed, or it was given up. */
    payload: z.string().max(16_384).optional(),
    /** Feeds that are done with it, if not all are. */
    done: z.array(feed).max(FEEDS.length).optional(),
  }),
  /** The broker has acknowledged release `n`; without `feed`: on all of them. */
  z.strictObject({ kind: z.literal('delivered'), n, feed: feed.optional() }),
  /** A gap as it is now, the last one of its id. See `Gap`. */
  z.strictObject({
    kind: z.literal('gap'),
    id: z.uuid(),
    feed,
    zone: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    reason: z.enum(GAP_REASONS),
    count: z.int().positive(),
    startMs: instantMs,
    endMs: instantMs,
    at: n,
    /** The message for which it began or has grown. */
    n: n.optional(),
  }),
  /** The broker has acknowledged it. */
  z.strictObject({ kind: z.literal('told'), id: z.uuid() }),
]);
export type LedgerLine = z.output<typeof lineSchema>;
export type ReleaseLine = Extract<LedgerLine, { kind: 'release' }>;

export const bytesOf = (lines: readonly LedgerLine[]): Buffer =>
  Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

/** @throws OperatorError ledger-corrupt (exit code 4) */
export function linesOf(path: string, content: Buffer): LedgerLine[] {
  // A crash in the middle of an append leaves a last line without its end; nobody was told of it yet.
  const complete = content.toString('utf8').split('\n').slice(0, -1);
  return complete.map((text, i) => {
    try {
      return lineSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new OperatorError(
        'environment',
        'ledger-corrupt',
        `${path}:${i + 1} is not a line of a ledger.`,
        {
          remedy:
            'Find out what wrote there. To go on without the record, move the file away: budgets of the last day are then unknown, so wait a day.',
          cause,
        },
      );
    }
  });
}
