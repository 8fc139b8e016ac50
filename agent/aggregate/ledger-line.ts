import { z } from 'zod';
import { OperatorError } from '../domain/errors.ts';

const ms = z.int();
const provenMs = ms.nonnegative();

/** One line of the ledger's file, JSON. */
export const lineSchema = z.discriminatedUnion('kind', [
  /** First of the file: see `Mark`. */
  z.strictObject({ kind: z.literal('clock'), provenMs, boot: z.string().max(64), upMs: ms }),
  z.strictObject({
    kind: z.literal('release'),
    n: z.int().positive(),
    zone: z.string().max(32),
    /** The window, wall clock. */
    startMs: ms,
    endMs: ms,
    epsilon: z.number().nonnegative(),
    /** When it was entered. */
    provenMs,
    /** The message as it goes to the broker, until the broker has taken it. */
    payload: z.string().max(16_384).optional(),
  }),
  /** The broker has acknowledged release `n`. */
  z.strictObject({ kind: z.literal('delivered'), n: z.int().positive() }),
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
