import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineSchema } from '../../agent/aggregate/ledger-line.ts';

/** `zone start` of each window for whose message the ledger has the broker's receipt. */
export function acknowledgedIn(stateFolder: string): ReadonlySet<string> {
  const lines = readFileSync(join(stateFolder, 'releases.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const delivered = new Set(lines.flatMap((line) => (line.kind === 'delivered' ? [line.n] : [])));
  return new Set(
    lines.flatMap((line) =>
      // Whoever shrinks the ledger takes the message out of what was delivered, and the receipt with it.
      line.kind === 'release' && (delivered.has(line.n) || line.payload === undefined)
        ? [`${line.zone} ${new Date(line.startMs).toISOString()}`]
        : [],
    ),
  );
}
