import type { Credentials } from '../domain/credentials.ts';
import { asRawFrame, type PlanarImage, planarBytes, type RawFrame } from '../domain/frame.ts';
import { scrub } from './address.ts';
import { type Children, ffmpeg, gstreamer } from './children.ts';
import type { Output } from './command.ts';
import { codeOf, type DecodeCode } from './failure.ts';
import { GdpReader } from './gdp.ts';
import { FramePool } from './pool.ts';
import { Steadiness } from './steadiness.ts';
import { Words } from './words.ts';

export interface SessionOptions extends Output {
  /** Of FFmpeg. */
  readonly args: readonly string[];
  /** Arguments of a GStreamer that decodes what FFmpeg hands on. Absent: FFmpeg decodes. */
  readonly decodeBy?: readonly string[];
  /** Written to the child's standard input, then forgotten. */
  readonly input?: string;
  readonly credentials?: Credentials;
  /** Live: a frame that nobody took is replaced by the next. Otherwise the decoder waits. */
  readonly live: boolean;
  readonly stallMs: number;
}

export interface Delivery {
  readonly frame: RawFrame;
  release(): void;
}

/** How much wider or higher a picture may become when it is scaled: 704x576 is 4:3 with a pixel that is not square. */
const MOST_DISTORTION = 1.1;
/** Pictures that wait for their times, which come a little later by another pipe; with more, they will never come. */
const MOST_UNTIMED_BYTES = 32 * 1024 * 1024;
/** One such line per picture, in microseconds; the first picture of an RTSP stream may have `NOPTS` for its time. */
const PTS = /^frame:\S+\s+pts:(\S+)/;

/**
 * One decoder from start to end. Pictures come over a pipe of their own into pooled memory; one slot holds the newest
 * that nobody has taken yet.
 */
export class DecodeSession {
  readonly #options: SessionOptions;
  readonly #children: Children;
  readonly #pool: FramePool;
  readonly #bytes: number;
  readonly #times: number[] = [];
  readonly #untimed: Uint8Array[] = [];
  #filling: Uint8Array;
  #filled = 0;
  #slot: { memory: Uint8Array; ptsMs: number; arrivedMs: number } | undefined;
  #wake: (() => void) | undefined;
  readonly #said: readonly Words[];
  readonly #steadiness = new Steadiness();
  #seen = false;
  #timeText = '';
  #capsShape: number | undefined;
  #code: DecodeCode | undefined;
  #stopped = false;
  #watchdog: NodeJS.Timeout | undefined;
  readonly #onDrop: () => void;

  constructor(options: SessionOptions, onDrop: () => void) {
    this.#options = options;
    this.#onDrop = onDrop;
    this.#bytes = planarBytes(options.widthPx, options.heightPx);
    this.#pool = new FramePool(this.#bytes);
    this.#filling = this.#pool.take();
    const { args, decodeBy, input = '' } = options;
    const onEnd = (how: 'missing' | 'died' | 'closed') =>
      this.#end(how === 'closed' ? codeOf(this.#text) : `decoder-${how}`);
    this.#children =
      decodeBy === undefined ? ffmpeg(args, input, onEnd) : gstreamer(args, decodeBy, input, onEnd);
    const { pictures, times, words } = this.#children;
    this.#said = words.map((stream) => {
      const said = new Words();
      stream.setEncoding('utf8').on('data', (text: string) => said.hear(text));
      return said;
    });
    const framed = times === undefined ? this.#gdp() : undefined;
    pictures.on('data', (chunk: Buffer) => this.#received(chunk, framed)).on('error', () => {});
    times
      ?.setEncoding('utf8')
      .on('data', (text: string) => this.#timed(text))
      .on('error', () => {});
    this.#expectFrame();
  }

  get #text(): string {
    return this.#said
      .map(({ text }) => text)
      .join('\n')
      .trim();
  }

  /** Why the session is over; undefined while it runs. */
  get code(): DecodeCode | undefined {
    return this.#code;
  }

  /** What is wrong with a stream that can be decoded. */
  get doubt(): DecodeCode | undefined {
    if (this.#options.live && !this.#steadiness.isSteady) return 'clock-unsteady';
    const { widthPx, heightPx } = this.#options;
    const stretch = ((this.#shape ?? 0) * heightPx) / widthPx;
    const isDistorted = stretch > 0 && (stretch > MOST_DISTORTION || stretch < 1 / MOST_DISTORTION);
    return isDistorted ? 'picture-distorted' : undefined;
  }

  /** The decoder's last words, without addresses and credentials. */
  get words(): string {
    return scrub(this.#text, this.#options.credentials).trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  }

  /** The newest frame as soon as there is one; undefined when the session is over. */
  async next(): Promise<Delivery | undefined> {
    while (this.#slot === undefined && this.#code === undefined)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const slot = this.#slot;
    if (slot === undefined) return undefined;
    this.#slot = undefined;
    // What came in one chunk with the picture just taken is waiting already.
    this.#match();
    const { widthPx, heightPx } = this.#options;
    const image: PlanarImage = { widthPx, heightPx, data: slot.memory };
    let given = false;
    return {
      frame: asRawFrame(image, slot),
      release: () => {
        if (!given) this.#pool.give(slot.memory);
        given = true;
      },
    };
  }

  /** Ends the child at once and overwrites all pictures that nobody has taken; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#end('ended');
    this.#filling.fill(0);
    this.#filled = 0;
    for (const memory of this.#untimed.splice(0)) this.#pool.give(memory);
    if (this.#slot !== undefined) this.#pool.give(this.#slot.memory);
    this.#slot = undefined;
    await this.#children.gone();
  }

  #received(chunk: Buffer, framed: GdpReader | undefined): void {
    if (framed === undefined) this.#fill(chunk);
    else if (!framed.read(chunk)) this.#end('decoder-died');
    chunk.fill(0);
  }

  #fill(part: Uint8Array): void {
    let from = 0;
    // What was on its way when it was stopped is overwritten unread.
    while (!this.#stopped && from < part.length) {
      const take = Math.min(part.length - from, this.#bytes - this.#filled);
      this.#filling.set(part.subarray(from, from + take), this.#filled);
      this.#filled += take;
      from += take;
      if (this.#filled === this.#bytes) {
        this.#untimed.push(this.#filling);
        this.#filling = this.#pool.take();
        this.#filled = 0;
        this.#match();
        if (this.#untimed.length * this.#bytes > MOST_UNTIMED_BYTES) this.#end('invalid-data');
      }
    }
  }

  #gdp(): GdpReader {
    return new GdpReader(this.#bytes, {
      onTime: (ptsMs) => void this.#times.push(ptsMs),
      onBytes: (part) => this.#fill(part),
      onShape: (shape) => {
        this.#capsShape = shape;
      },
    });
  }

  /** FFmpeg says it in words, GStreamer in its framing. */
  get #shape(): number | undefined {
    return this.#capsShape ?? this.#said[0]?.shape;
  }

  #timed(text: string): void {
    const lines = (this.#timeText + text).split('\n');
    this.#timeText = lines.pop()!;
    for (const line of lines) {
      const microseconds = PTS.exec(line)?.[1];
      if (microseconds !== undefined) this.#times.push(Number(microseconds) / 1000);
    }
    this.#match();
  }

  /** Pictures and times come over two pipes in the same order. A recording is not read on while its slot is full. */
  #match(): void {
    const { live } = this.#options;
    while (this.#untimed.length > 0 && this.#times.length > 0 && (live || this.#slot === undefined)) {
      const memory = this.#untimed.shift()!;
      const ptsMs = this.#times.shift()!;
      if (!Number.isFinite(ptsMs)) {
        // Without a time nothing can be compared with it.
        this.#pool.give(memory);
        continue;
      }
      if (this.#slot !== undefined) {
        this.#pool.give(this.#slot.memory);
        this.#onDrop();
      }
      // What it said before the first picture has not kept it from coming.
      if (!this.#seen) for (const said of this.#said) said.forget();
      this.#seen = true;
      const arrivedMs = performance.now();
      this.#steadiness.note(ptsMs, arrivedMs);
      this.#slot = { memory, ptsMs, arrivedMs };
      this.#expectFrame();
      this.#wake?.();
    }
    if (live) return;
    if (this.#slot === undefined) this.#children.pictures.resume();
    else this.#children.pictures.pause();
  }

  #expectFrame(): void {
    clearTimeout(this.#watchdog);
    if (this.#options.live && this.#code === undefined)
      this.#watchdog = setTimeout(
        () => {
          // It may have said why long before it gave up waiting.
          const said = codeOf(this.#text);
          const silent = this.#seen ? 'stalled' : 'no-decodable-video';
          this.#end(said === 'ended' || said === 'decoder-died' || said === 'invalid-data' ? silent : said);
          // Connecting and the wait for a first keyframe come on top of what is between two frames.
        },
        this.#options.stallMs * (this.#seen ? 1 : 2),
      );
  }

  #end(code: DecodeCode): void {
    clearTimeout(this.#watchdog);
    this.#code ??= code;
    this.#children.kill();
    this.#wake?.();
  }
}
