import { Socket } from 'node:net';
import type { MaskedFrame } from '../domain/frame.ts';
import type { Notes } from '../show/annotate.ts';
import { MaskedStream } from '../show/stream.ts';
import { SHOW_FD, type ToCamera } from './messages.ts';

/** Whoever looks on, if anybody does: takes masked frames and hands them, encoded, to the supervisor. */
export class Onlooker {
  #out: Socket | undefined;
  #stream: MaskedStream | undefined;
  /** One encoder after the other: a new one begins when the old one has said its last. */
  #turn: Promise<unknown> = Promise.resolve();

  told(message: Extract<ToCamera, { type: 'show' | 'hide' }>): void {
    this.#turn = this.#turn.then(async () => {
      const before = this.#stream;
      this.#stream = undefined;
      await before?.[Symbol.asyncDispose]();
      if (message.type === 'hide') return;
      // It fails when the supervisor is gone, and so is this process then.
      this.#out ??= new Socket({ fd: SHOW_FD, readable: false, writable: true }).on('error', () => {});
      this.#stream = new MaskedStream(message, this.#out);
    });
  }

  show(frame: MaskedFrame, notes: Notes): void {
    this.#stream?.show(frame, notes);
  }
}
