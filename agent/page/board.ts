import type { Capture, GapMessage, Signal } from '../publish/messages.ts';
import { History } from './history.ts';
import type { AuditLine, PageHealth, Place, ToPage } from './messages.ts';

/** What a browser is told: first everything, then what is new. */
export type News =
  | { readonly event: 'board'; readonly data: Snapshot }
  | { readonly event: 'signal'; readonly data: Signal }
  | { readonly event: 'gap'; readonly data: GapMessage }
  | { readonly event: 'capture'; readonly data: Capture }
  | { readonly event: 'health'; readonly data: PageHealth }
  | { readonly event: 'audit'; readonly data: readonly AuditLine[] };

export interface Snapshot {
  readonly place: Place;
  readonly signals: readonly Signal[];
  readonly gaps: readonly GapMessage[];
  readonly capture: Capture | undefined;
  readonly health: PageHealth | undefined;
  readonly audit: readonly AuditLine[];
}

/** All that the page knows. */
export class Board {
  #place: Place;
  readonly #history = new History();
  #capture: Capture | undefined;
  #health: PageHealth | undefined;
  #audit: readonly AuditLine[] = [];

  constructor(place: Place, history: readonly (Signal | GapMessage)[]) {
    this.#place = place;
    for (const message of history) this.#history.add(message);
  }

  get snapshot(): Snapshot {
    return {
      place: this.#place,
      signals: this.#history.signals,
      gaps: this.#history.gaps,
      capture: this.#capture,
      health: this.#health,
      audit: this.#audit,
    };
  }

  hear(message: Exclude<ToPage, { type: 'open' | 'answer' }>): News {
    switch (message.type) {
      case 'place':
        this.#place = message.place;
        return { event: 'board', data: this.snapshot };
      case 'signal':
        this.#history.add(message.signal);
        return { event: 'signal', data: message.signal };
      case 'gap':
        this.#history.add(message.gap);
        return { event: 'gap', data: message.gap };
      case 'capture':
        this.#capture = message.capture;
        return { event: 'capture', data: message.capture };
      case 'health':
        this.#health = message.health;
        return { event: 'health', data: message.health };
      case 'audit':
        this.#audit = message.entries;
        return { event: 'audit', data: message.entries };
    }
  }
}
