import { randomBytes } from 'node:crypto';
import { type AccessUnit, CLOCK_HZ, type Film } from './film.ts';
import type { Mischief } from './mischief.ts';
import { senderReport } from './rtcp.ts';
import { RtpStream } from './rtp.ts';

const TICKS_PER_MS = CLOCK_HZ / 1000;
/** RFC 3550, 6.2: the recommended interval between reports. */
const REPORT_MS = 5_000;
/** Further behind than this, as after the machine slept, pictures are left out instead of sent late. */
const MAX_LAG_MS = 1_000;
/** Behind by less, pictures follow each other this much faster than they should until it is made up. */
const CATCH_UP = 2;

export interface PlaybackOutput {
  /** All packets of one access unit. */
  media(packets: readonly Buffer[]): void;
  /** A compound RTCP packet. */
  report(packet: Buffer): void;
}

/**
 * The film in an endless loop for one client, in real time. The clock of the stream starts with the first picture and
 * never stops or steps: what is halted goes on at a keyframe, with the timestamp of that moment.
 */
export class Playback {
  #film: Film;
  readonly #mischief: Mischief;
  readonly #output: PlaybackOutput;
  readonly #rtp = new RtpStream();
  readonly #cname = `camera-${randomBytes(4).toString('hex')}`;
  /** `performance.now()` at tick 0 of the stream. */
  #originMs: number | undefined;
  /** Tick of the stream at which this round of the film began, or would have. */
  #roundTicks = 0;
  #index = 0;
  /** Tick of the last picture sent. */
  #sentTicks = -1;
  #running = false;
  /** The picture at which it is frozen. */
  #still: AccessUnit | undefined;
  #next: NodeJS.Timeout | undefined;
  #reports: NodeJS.Timeout | undefined;

  constructor(film: Film, mischief: Mischief, output: PlaybackOutput) {
    this.#film = film;
    this.#mischief = mischief;
    this.#output = output;
  }

  get ssrc(): number {
    return this.#rtp.ssrc;
  }

  /** Where the stream goes on, for RTP-Info (RFC 2326, 12.33). */
  get position(): { readonly sequence: number; readonly rtpTimestamp: number } {
    return { sequence: this.#rtp.nextSequence, rtpTimestamp: this.#rtp.timestampAt(this.#nowTicks()) };
  }

  /** Starts at the first picture of the film, or goes on at the next keyframe. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    if (this.#originMs === undefined) this.#originMs = performance.now();
    else this.#rejoin();
    this.#reports = setInterval(() => this.#report(), REPORT_MS);
    this.#report();
    this.#send();
  }

  /** Another film from its first picture on, in the same stream: what a camera does whose settings are changed. */
  show(film: Film): void {
    const dueTicks = this.#roundTicks + this.#unit().ticks;
    this.#film = film;
    this.#index = 0;
    this.#roundTicks = dueTicks;
  }

  /** Sends nothing more, neither media nor reports. */
  halt(): void {
    clearTimeout(this.#next);
    clearInterval(this.#reports);
    this.#running = false;
  }

  #send(): void {
    // Whoever takes the packets may have halted us while taking one.
    if (!this.#running) return;
    if (performance.now() - this.#dueMs() > MAX_LAG_MS) this.#rejoin();
    const due = this.#unit();
    this.#sentTicks = this.#roundTicks + due.ticks;
    const { frozen = false, timestamp = (ticks: number) => ticks } = this.#mischief;
    this.#still = frozen ? (this.#still ?? this.#keyframe()) : undefined;
    const shownTicks = timestamp(this.#roundTicks + due.shownTicks);
    this.#output.media(this.#rtp.packetize(this.#film.codec, (this.#still ?? due).nalUnits, shownTicks));
    this.#advance();
    if (!this.#running) return;
    const untilDueMs = this.#dueMs() - performance.now();
    const gapMs = (this.#roundTicks + this.#unit().ticks - this.#sentTicks) / TICKS_PER_MS;
    this.#next = setTimeout(() => this.#send(), Math.max(untilDueMs, gapMs / CATCH_UP));
  }

  #advance(): void {
    this.#index++;
    if (this.#index < this.#film.accessUnits.length) return;
    this.#index = 0;
    this.#roundTicks += this.#film.durationTicks;
  }

  /** Moves to the next keyframe and makes that one due now. */
  #rejoin(): void {
    while (!this.#unit().key) this.#advance();
    const ticks = Math.max(this.#nowTicks(), this.#sentTicks + 1);
    this.#roundTicks = ticks - this.#unit().ticks;
  }

  /** The next one. */
  #keyframe(): AccessUnit {
    const { accessUnits } = this.#film;
    return accessUnits.find(({ key }, i) => key && i >= this.#index) ?? accessUnits[0]!;
  }

  #report(): void {
    const state = {
      ssrc: this.#rtp.ssrc,
      wallMs: Date.now(),
      rtpTimestamp: this.#rtp.timestampAt(this.#nowTicks()),
      packets: this.#rtp.packets,
      payloadBytes: this.#rtp.payloadBytes,
    };
    this.#output.report(senderReport(state, this.#cname));
  }

  #unit() {
    return this.#film.accessUnits[this.#index]!;
  }

  #dueMs(): number {
    return this.#originMs! + (this.#roundTicks + this.#unit().ticks) / TICKS_PER_MS;
  }

  #nowTicks(): number {
    return this.#originMs === undefined ? 0 : Math.round((performance.now() - this.#originMs) * TICKS_PER_MS);
  }
}
