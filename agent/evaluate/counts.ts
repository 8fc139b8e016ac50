/** Spotted intervals against true ones. */
export interface Detection {
  readonly truth: number;
  readonly reported: number;
  readonly right: number;
  /** right / reported; null: nothing was reported. */
  readonly precision: number | null;
  /** right / truth; null: there was nothing to find. */
  readonly recall: number | null;
  /** 2 right / (truth + reported); null: nothing to find and nothing reported. */
  readonly f1: number | null;
}

/** A share, or null where there is nothing to take it of. */
export const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

export const detection = (truth: number, reported: number, right: number): Detection => ({
  truth,
  reported,
  right,
  precision: ratio(right, reported),
  recall: ratio(right, truth),
  f1: ratio(2 * right, truth + reported),
});

/** What is true of something, and what was said of it. */
export interface Verdict<L extends string> {
  readonly truth: L;
  readonly reported: L;
}

/** `confusion[truth][reported]` */
export type Confusion<L extends string> = Readonly<Record<L, Readonly<Record<L, number>>>>;

export function confusionOf<L extends string>(
  labels: readonly L[],
  verdicts: readonly Verdict<L>[],
): Confusion<L> {
  const zero = () => Object.fromEntries(labels.map((label) => [label, 0])) as Record<L, number>;
  const confusion = Object.fromEntries(labels.map((label) => [label, zero()])) as Record<
    L,
    Record<L, number>
  >;
  for (const { truth, reported } of verdicts) confusion[truth][reported]++;
  return confusion;
}

/** Means over labels in which every label weighs the same, however rare it is. */
export interface Unweighted {
  readonly precision: number;
  /** Unweighted average recall. */
  readonly uar: number;
  /** Mean of the labels' F1 (See et al., MEGC 2019). */
  readonly uf1: number;
  /** Harmonic mean of `precision` and `uar` (Liong, See and Chan 2023). */
  readonly f1: number;
}

/**
 * Of nothing at all: null. A label that was neither true nor said of any of them counts 0 (there is no fraction to
 * take), so that finding only the easy label does not look perfect.
 *
 * @param over the labels to average over
 */
export function unweighted<L extends string>(confusion: Confusion<L>, over: readonly L[]): Unweighted | null {
  const labels = Object.keys(confusion) as L[];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  if (over.length === 0 || sum(labels.map((label) => sum(Object.values(confusion[label])))) === 0)
    return null;
  const mean = (of: (label: L) => number | null) => sum(over.map((label) => of(label) ?? 0)) / over.length;
  const truth = (label: L) => sum(Object.values(confusion[label]));
  const reported = (label: L) => sum(labels.map((row) => confusion[row][label]));
  const hit = (label: L) => confusion[label][label];
  const precision = mean((label) => ratio(hit(label), reported(label)));
  const uar = mean((label) => ratio(hit(label), truth(label)));
  return {
    precision,
    uar,
    uf1: mean((label) => ratio(2 * hit(label), truth(label) + reported(label))),
    f1: ratio(2 * precision * uar, precision + uar) ?? 0,
  };
}
