import { type Axis, axisAround } from './axis.ts';
import type { Plan, Span } from './plan.ts';
import { figure } from './units.ts';

/** What both plots show: the error of a count against the people in a zone, both logarithmic. */
export interface Chart {
  readonly title: string;
  readonly people: Axis;
  /** Percent of the expected slots. */
  readonly error: Axis;
  readonly lines: readonly Line[];
  /** The rise that somebody wants to see, percentage points: an error above it hides it. */
  readonly rise: { readonly points: number; readonly text: string };
  readonly zones: readonly { readonly name: string; readonly headCount: number }[];
}

export interface Line {
  readonly text: string;
  /** [people, error in percent], by people. */
  readonly points: readonly (readonly [number, number])[];
}

const TEXTS: Readonly<Record<Span['of'], (windows: number) => string>> = {
  message: () => 'one message',
  shift: (windows) => `${windows} messages added up (8 hours)`,
  week: (windows) => `${windows} messages added up (a week)`,
};

/** Undefined without noise: there is nothing to draw. */
export function chartOf({ curve, question, zones }: Plan): Chart | undefined {
  const [first] = curve;
  if (first === undefined || first.error.slots === 0) return undefined;
  const lines = first.averaged.map(({ windows, of }, i) => ({
    text: TEXTS[of](windows),
    points: curve.map(({ headCount, averaged }) => [headCount, averaged[i]!.share * 100] as const),
  }));
  const points = (question.rise.to - question.rise.from) * 100;
  const errors = lines.flatMap((line) => line.points.map(([, error]) => error));
  return {
    title: 'How far one count may be off, in % of all slots of the zone (95 of 100 messages)',
    people: axisAround(curve.map(({ headCount }) => headCount)),
    error: axisAround([...errors, points]),
    lines,
    rise: { points, text: `the rise to be seen: ${figure(points)} points` },
    zones: zones
      .filter(({ tooSmall }) => !tooSmall)
      .map(({ zone, headCount }) => ({ name: zone, headCount })),
  };
}
