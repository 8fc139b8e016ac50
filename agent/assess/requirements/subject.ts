import type { Config } from '../../config/schema.ts';
import type { StreamFacts } from '../../decode/probe.ts';
import type { ViewFault } from '../../detect/view.ts';
import type { Verdict } from '../assessment.ts';
import type { Measures } from '../measures.ts';

export interface Subject {
  readonly measures: Measures;
  readonly stream: StreamFacts;
  readonly quality: Config['quality'];
  /** Size in which faces are looked for. */
  readonly analysis: { readonly widthPx: number; readonly heightPx: number };
  readonly live: boolean;
  readonly viewFault: ViewFault | undefined;
}

/** Faces in pictures below which nothing is said of faces. */
export const FEWEST_FACES = 30;

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

export const step = (value: number, good: number, weak: number): Verdict =>
  value >= good ? 'good' : value >= weak ? 'weak' : 'bad';

export function worst(verdicts: readonly Verdict[]): Verdict {
  return (['bad', 'weak', 'unknown'] as const).find((each) => verdicts.includes(each)) ?? 'good';
}
