import type { Path } from './problem.ts';

/** What a rule over several keys has found; the loader adds where that is written. */
export interface Finding {
  readonly path: Path;
  readonly wrong: string;
  readonly allowed?: string;
  /** The other place that the finding is about; named behind `wrong`. */
  readonly other?: Path;
}
