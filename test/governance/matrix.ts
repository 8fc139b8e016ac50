import type { Config } from '../../agent/config/schema.ts';
import type { Verdict } from '../../agent/governance/gate.ts';

/** What an operator writes; the rest has defaults. */
export type Governance = Omit<Config['governance'], 'retention'>;

/** One cell of the matrix, and what the rule says of it, in other words than those of the code. */
export interface Cell {
  readonly governance: Governance;
  readonly remote: boolean;
  /** Reasons for a refusal, in the order in which they are told; empty: allowed. */
  readonly refused: readonly Verdict['code'][];
}

/** A blank one is as good as none. */
const BLANK = '   ';
const TEXTS = [undefined, BLANK, 'said'];
const PURPOSES = ['medical', 'safety', 'research-with-consent', 'demo'] as const;
const DAY_MS = 86_400_000;

/** Every purpose, jurisdiction, paper, last day and kind of source, for a day of the UTC calendar. */
export function* cells(today: Date): Generator<Cell> {
  const on = (days: number) => new Date(today.getTime() + days * DAY_MS).toISOString().slice(0, 10);
  const yesterday = on(-1);
  const dated = [yesterday, on(0), '2099-12-31'].map((expires) => ({ reference: 'paper 1', expires }));
  const held = (
    paper: { readonly reference: string; readonly expires?: string } | undefined,
  ): 'missing' | 'expired' | 'held' =>
    paper === undefined || paper.reference === BLANK
      ? 'missing'
      : paper.expires === yesterday
        ? 'expired'
        : 'held';
  for (const purpose of PURPOSES)
    for (const jurisdiction of ['EU', 'DE', 'LI', 'CH', 'US'])
      for (const legalBasis of TEXTS)
        for (const notice of TEXTS)
          for (const dpia of [undefined, ...dated])
            for (const agreement of [undefined, { reference: 'paper 2' }, { reference: BLANK }, ...dated])
              for (const remote of [false, true]) {
                const refused: Verdict['code'][] = [];
                const inUnion = !['CH', 'US'].includes(jurisdiction);
                if (purpose === 'research-with-consent' && inUnion) refused.push('purpose-prohibited');
                else if (purpose === 'demo') {
                  if (remote) refused.push('demo-source-not-local');
                } else {
                  const full = purpose !== 'research-with-consent';
                  const [assessed, agreed] = [held(dpia), held(agreement)];
                  if (full && legalBasis !== 'said') refused.push('legal-basis-missing');
                  if (full && assessed !== 'held') refused.push(`dpia-${assessed}`);
                  if (notice !== 'said') refused.push('notice-missing');
                  if (agreed !== 'held') refused.push(`agreement-${agreed}`);
                }
                const papers = { legalBasis, notice, dpia, agreement };
                const given = Object.entries(papers).filter(([, paper]) => paper !== undefined);
                yield {
                  governance: { purpose, jurisdiction, ...Object.fromEntries(given) },
                  remote,
                  refused,
                };
              }
}
