/** Head of a packet of the GStreamer Data Protocol 1.0, as `gdppay` writes it: all numbers big-endian. */
const HEAD_BYTES = 62;
const TYPE = { buffer: 1, caps: 2 } as const;
/** GST_CLOCK_TIME_NONE */
const NO_TIME = 0xffff_ffff_ffff_ffffn;
/** Descriptions and tags have some hundred bytes. */
const MOST_ASIDE_BYTES = 1 << 20;

export interface GdpEvents {
  /** A picture begins; its time in milliseconds, NaN when it has none. */
  onTime(ptsMs: number): void;
  /** Some of its bytes; overwritten by whoever gave them. */
  onBytes(part: Uint8Array): void;
  /** Width to height of the camera's picture as it is meant to be seen. */
  onShape(shape: number): void;
}

/** Reads pictures with their times out of one pipe, however it is cut into chunks. Every picture has the same size. */
export class GdpReader {
  readonly #pictureBytes: number;
  readonly #events: GdpEvents;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headFilled = 0;
  #left = 0;
  #aside: Buffer[] | undefined;

  constructor(pictureBytes: number, events: GdpEvents) {
    this.#pictureBytes = pictureBytes;
    this.#events = events;
  }

  /** False when this is no such stream, or has a picture of another size: no byte after it can be trusted. */
  read(chunk: Buffer): boolean {
    let from = 0;
    while (from < chunk.length) {
      if (this.#left > 0) {
        const part = chunk.subarray(from, from + this.#left);
        from += part.length;
        this.#left -= part.length;
        if (this.#type === TYPE.buffer) this.#events.onBytes(part);
        else this.#aside?.push(Buffer.from(part));
        if (this.#left === 0) this.#endOfPacket();
        continue;
      }
      const part = chunk.subarray(from, from + HEAD_BYTES - this.#headFilled);
      this.#head.set(part, this.#headFilled);
      this.#headFilled += part.length;
      from += part.length;
      if (this.#headFilled === HEAD_BYTES && !this.#begin()) return false;
    }
    return true;
  }

  get #type(): number {
    return this.#head.readUInt16BE(4);
  }

  #begin(): boolean {
    this.#headFilled = 0;
    this.#left = this.#head.readUInt32BE(6);
    if (this.#head[0] !== 1) return false;
    if (this.#type === TYPE.buffer) {
      if (this.#left !== this.#pictureBytes) return false;
      const ns = this.#head.readBigUInt64BE(10);
      this.#events.onTime(ns === NO_TIME ? Number.NaN : Number(ns) / 1e6);
      return true;
    }
    this.#aside = this.#type === TYPE.caps ? [] : undefined;
    return this.#left <= MOST_ASIDE_BYTES;
  }

  #endOfPacket(): void {
    if (this.#type !== TYPE.caps) return;
    const caps = Buffer.concat(this.#aside ?? []).toString('latin1');
    const number = (pattern: RegExp) => pattern.exec(caps)?.slice(1).map(Number);
    const [width] = number(/width=\(int\)(\d+)/) ?? [];
    const [height] = number(/height=\(int\)(\d+)/) ?? [];
    // Scaled to other proportions, a picture keeps its shape by pixels that are not square.
    const [across = 1, down = 1] = number(/pixel-aspect-ratio=\(fraction\)(\d+)\/(\d+)/) ?? [];
    if (width && height && down) this.#events.onShape((width * across) / (height * down));
  }
}
