/** What a release has cost, and when. Numbers only: the message itself is kept by whoever has yet to send it. */
export interface Cost {
  /** Number in the ledger. */
  readonly n: number;
  readonly zone: string;
  /** The window, wall clock. */
  readonly startMs: number;
  readonly endMs: number;
  readonly epsilon: number;
  /** When it was entered, proven time. */
  readonly provenMs: number;
}

type Measure = Exclude<keyof Cost, 'zone'>;
const MEASURES: readonly Measure[] = ['n', 'startMs', 'endMs', 'epsilon', 'provenMs'];
const FIRST_ROOM = 64;

/** The costs of one zone, a column for each measure. */
class Column {
  #room = FIRST_ROOM;
  #length = 0;
  #values = new Float64Array(MEASURES.length * FIRST_ROOM);

  get length(): number {
    return this.#length;
  }

  add(cost: Cost): void {
    if (this.#length === this.#room) this.#resize(2 * this.#room);
    this.#set(this.#length++, cost);
  }

  value(measure: Measure, i: number): number {
    return this.#values[MEASURES.indexOf(measure) * this.#room + i]!;
  }

  /** True when some were left out. */
  keep(isWanted: (i: number) => boolean): boolean {
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      if (!isWanted(i)) continue;
      if (kept < i) for (const measure of MEASURES) this.#put(measure, kept, this.value(measure, i));
      kept++;
    }
    const found = kept < this.#length;
    this.#length = kept;
    if (this.#room > FIRST_ROOM && kept < this.#room / 4) this.#resize(this.#room / 2);
    return found;
  }

  #set(i: number, cost: Cost): void {
    for (const measure of MEASURES) this.#put(measure, i, cost[measure]);
  }

  #put(measure: Measure, i: number, value: number): void {
    this.#values[MEASURES.indexOf(measure) * this.#room + i] = value;
  }

  #resize(room: number): void {
    const [values, before] = [new Float64Array(MEASURES.length * room), this.#room];
    for (let k = 0; k < MEASURES.length; k++)
      values.set(this.#values.subarray(k * before, k * before + this.#length), k * room);
    this.#values = values;
    this.#room = room;
  }
}

/**
 * Costs of releases that are with the broker and still count, 40 bytes each: a zone with windows of five seconds has
 * 17,280 of them a day, and as objects they were most of what grew in the daemon.
 */
export class Spent {
  readonly #zones = new Map<string, Column>();

  add(cost: Cost): void {
    let column = this.#zones.get(cost.zone);
    if (column === undefined) {
      column = new Column();
      this.#zones.set(cost.zone, column);
    }
    column.add(cost);
  }

  /** Privacy loss of a zone of what was entered after `sinceMs`, proven time. */
  sum(zone: string, sinceMs: number): number {
    const column = this.#zones.get(zone);
    let sum = 0;
    for (let i = 0; i < (column?.length ?? 0); i++)
      if (column!.value('provenMs', i) > sinceMs) sum += column!.value('epsilon', i);
    return sum;
  }

  has(zone: string, startMs: number): boolean {
    const column = this.#zones.get(zone);
    for (let i = (column?.length ?? 0) - 1; i >= 0; i--)
      if (column!.value('startMs', i) === startMs) return true;
    return false;
  }

  /** What was entered until `untilMs`, proven time. True when there was some. */
  forget(untilMs: number): boolean {
    let found = false;
    for (const [zone, column] of this.#zones) {
      if (column.keep((i) => column.value('provenMs', i) > untilMs)) found = true;
      if (column.length === 0) this.#zones.delete(zone);
    }
    return found;
  }

  *[Symbol.iterator](): Generator<Cost> {
    for (const [zone, column] of this.#zones)
      for (let i = 0; i < column.length; i++)
        yield {
          n: column.value('n', i),
          zone,
          startMs: column.value('startMs', i),
          endMs: column.value('endMs', i),
          epsilon: column.value('epsilon', i),
          provenMs: column.value('provenMs', i),
        };
  }
}
