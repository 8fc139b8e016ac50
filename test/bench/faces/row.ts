/** One figure of `npm run bench:faces`. */
export interface Row {
  readonly group:
    | 'detection'
    | 'tracking'
    | 'warp'
    | 'smoothing'
    | 'registration'
    | 'registration library'
    | 'pose'
    | 'spotting';
  /** What was done to what, a few words: "real frames, near pass only". */
  readonly case: string;
  /** "recall", "residual", "events per face-minute". */
  readonly metric: string;
  /** Null where there was nothing to measure. */
  readonly value: number | null;
  /** "%", "px", "ms"; empty for a plain number. */
  readonly unit: string;
  /** Why it was not measured. */
  readonly skipped?: string;
}

/** What a part of the bench is given. */
export interface Bench {
  /** Folder of real footage, ../shared/data/real; undefined where it is missing, which the part has to say in its rows. */
  readonly realFolder: string | undefined;
  /** Folder of further films as `python3 -m scene --film ...` makes them: nothing was tuned on them. */
  readonly filmsFolder: string | undefined;
  /** Progress, to stderr. */
  note(words: string): void;
}

/** A part of the bench. */
export type Part = (bench: Bench) => Promise<Row[]>;
