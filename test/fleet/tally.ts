/** What became of all signals. */
export interface Account {
  /** Handed to the publishers. */
  readonly handed: number;
  /** Different ones that the dashboard heard. */
  readonly heard: number;
  /** Heard once more. */
  readonly twice: number;
  /** Acknowledged by the broker, and not heard: it has lost them. */
  readonly lostByBroker: number;
  /** Not acknowledged, not heard, not waiting and not given up: we have lost them. */
  readonly lostByNodes: number;
  /** Heard, and handed over by nobody. */
  readonly unknown: number;
  readonly waiting: number;
  readonly discarded: number;
}

/** Follows every signal by its id from the publisher to the dashboard. */
export class Tally {
  readonly #handed = new Set<string>();
  readonly #acknowledged = new Set<string>();
  readonly #heard = new Set<string>();
  #twice = 0;

  handed(ids: readonly string[]): void {
    for (const id of ids) this.#handed.add(id);
  }

  acknowledged(ids: readonly string[]): void {
    for (const id of ids) this.#acknowledged.add(id);
  }

  heard(id: string): void {
    if (this.#heard.has(id)) this.#twice++;
    this.#heard.add(id);
  }

  /** Those that were handed over and have not been heard. */
  get outstanding(): number {
    let count = 0;
    for (const id of this.#handed) if (!this.#heard.has(id)) count++;
    return count;
  }

  /** @param queues what all queues together still hold and have given up */
  account(queues: { readonly waiting: number; readonly discarded: number }): Account {
    const silent = [...this.#handed].filter((id) => !this.#heard.has(id));
    const lostByBroker = silent.filter((id) => this.#acknowledged.has(id)).length;
    // What waits may have been heard before its acknowledgement was lost, so that this can only be too high.
    const lostByNodes = Math.max(0, silent.length - lostByBroker - queues.waiting - queues.discarded);
    return {
      ...{ handed: this.#handed.size, heard: this.#heard.size, twice: this.#twice },
      ...{ lostByBroker, lostByNodes },
      unknown: [...this.#heard].filter((id) => !this.#handed.has(id)).length,
      ...queues,
    };
  }
}
