/** Memory that is used for one frame after the other and grows to the largest. */
export class Pool {
  #data = new Float32Array(0);
  #used = 0;

  /** The first `size` values; they are what the last user left. */
  take(size: number): Float32Array {
    if (this.#data.length < size) {
      this.#data.fill(0);
      this.#data = new Float32Array(size);
    }
    this.#used = Math.max(this.#used, size);
    return this.#data;
  }

  wipe(): void {
    this.#data.fill(0, 0, this.#used);
    this.#used = 0;
  }
}
