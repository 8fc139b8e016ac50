/**
 * What a face looked like so far, at the places of a grid: a running mean of what was registered, so that sensor noise and
 * passing movements fade, and slow changes of pose and light are followed. Pixels of a face: overwrite it when done.
 */
export class Reference {
  readonly values: Float32Array;
  /** 1 where there is a value. */
  readonly known: Uint8Array;

  constructor(count: number) {
    this.values = new Float32Array(count);
    this.known = new Uint8Array(count);
  }

  learn(values: Float32Array, seen: Uint8Array, share: number): void {
    for (let i = 0; i < values.length; i++) {
      if (seen[i] === 0) continue;
      this.values[i] =
        this.known[i] === 0 ? values[i]! : this.values[i]! + (values[i]! - this.values[i]!) * share;
      this.known[i] = 1;
    }
  }

  wipe(): void {
    this.values.fill(0);
    this.known.fill(0);
  }
}
