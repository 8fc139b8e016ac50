/** The part of a WebSocket that a relay needs. */
export interface Outlet {
  /** Bytes that were sent and have not gone out. */
  readonly bufferedAmount: number;
  send(bytes: Uint8Array): void;
}

/** Some ten seconds of pictures. */
export const MOST_WAITING = 1_048_576;

/** Hands bytes on to a viewer as long as they keep up. One that does not is dropped: what they saw would be long past. */
export class Relay {
  readonly #outlet: Outlet;
  readonly #onSlow: () => void;
  #isSlow = false;

  constructor(outlet: Outlet, onSlow: () => void) {
    this.#outlet = outlet;
    this.#onSlow = onSlow;
  }

  send(bytes: Uint8Array): void {
    if (this.#isSlow) return;
    if (this.#outlet.bufferedAmount > MOST_WAITING) {
      this.#isSlow = true;
      this.#onSlow();
    } else this.#outlet.send(bytes);
  }
}
