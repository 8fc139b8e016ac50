import type { Writable } from 'node:stream';
import Mpeg1Muxer from 'node-rtsp-stream/mpeg1muxer.js';
import { type MaskedFrame, type PlanarImage, planarBytes } from '../domain/frame.ts';
import { annotate, type Notes, placard } from './annotate.ts';

export interface StreamOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Pictures per second that are encoded. */
  readonly fps: number;
}

/** MPEG-1 knows a few frame rates only (ISO/IEC 11172-2, 2.4.3.2); pictures are repeated to come to this one. */
const CODED_FPS = 25;
/** A picture that is older shows nothing that is. */
const STALE_MS = 2_000;
/** Encoded bytes that wait for the supervisor; a picture has a few thousand. */
const MOST_WAITING = 1_048_576;

const OUTPUT = {
  '-loglevel': 'error',
  '-nostats': '',
  '-threads': 1,
  '-r': CODED_FPS,
  '-bf': 0,
  '-g': CODED_FPS,
  '-q:v': 3,
  '-muxdelay': 0,
  '-muxpreload': 0,
  '-flush_packets': 1,
};

/**
 * Encodes masked frames, at a steady pace, as MPEG-1 in an MPEG transport stream, by the muxer of node-rtsp-stream. It
 * reads YUV4MPEG2 from a pipe, so that there is no address at which anybody else could look on. A picture that comes
 * while one waits takes its place.
 */
export class MaskedStream implements AsyncDisposable {
  readonly #muxer: Mpeg1Muxer;
  readonly #ended: Promise<unknown>;
  readonly #timer: NodeJS.Timeout;
  /** The newest picture, annotated. */
  readonly #image: PlanarImage;
  #shownMs = Number.NEGATIVE_INFINITY;

  /** @param out where the transport stream goes; stays open */
  constructor({ widthPx, heightPx, fps }: StreamOptions, out: Writable) {
    this.#image = { widthPx, heightPx, data: new Uint8Array(planarBytes(widthPx, heightPx)) };
    this.#muxer = new Mpeg1Muxer({ url: 'pipe:0', ffmpegPath: 'ffmpeg', ffmpegOptions: OUTPUT });
    const { stream } = this.#muxer;
    // An encoder that cannot start or dies gives no more pictures; the supervisor notices, and closes the view.
    this.#ended = new Promise((resolve) => stream.once('error', resolve).once('close', resolve));
    stream.stdin.on('error', () => clearInterval(this.#timer));
    this.#muxer.on('mpeg1data', (data) => {
      if (out.writableLength < MOST_WAITING) out.write(data);
    });
    stream.stdin.write(`YUV4MPEG2 W${widthPx} H${heightPx} F${fps}:1 Ip A1:1 C420mpeg2\n`);
    this.#timer = setInterval(() => this.#write(), 1000 / fps);
  }

  /** Takes a picture over; the frame may be wiped when it returns. */
  show(frame: MaskedFrame, notes: Notes): void {
    annotate(frame, notes);
    this.#image.data.set(frame.image.data);
    this.#shownMs = performance.now();
  }

  /** Resolves when the encoder is gone; nothing is written to `out` any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#muxer.removeAllListeners('mpeg1data');
    this.#muxer.stream.kill('SIGKILL');
    await this.#ended;
  }

  #write(): void {
    const { stdin } = this.#muxer.stream;
    if (stdin.writableLength > 2 * this.#image.data.length) return;
    if (performance.now() - this.#shownMs > STALE_MS) placard(this.#image, 'no picture from the camera');
    stdin.write('FRAME\n');
    stdin.write(this.#image.data.slice());
  }
}
