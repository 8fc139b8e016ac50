/** Frame memory, overwritten with zeros as soon as a frame is given back, and reused. */
export class FramePool {
  readonly #bytes: number;
  readonly #free: Uint8Array[] = [];

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#bytes);
  }

  give(memory: Uint8Array): void {
    memory.fill(0);
    this.#free.push(memory);
  }
}
