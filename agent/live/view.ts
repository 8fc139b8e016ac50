import { type Denial, Doorway } from './doorway.ts';
import type { Hello } from './hello.ts';
import { Relay } from './relay.ts';
import { OneTimeToken } from './token.ts';

/** Why a view is over. */
export type Ending =
  | 'time'
  /** Whoever had asked for it has ended the command. */
  | 'asked'
  /** The link was not opened in time. */
  | 'unclaimed'
  /** The page was closed. */
  | 'left'
  | 'slow'
  | 'no-picture'
  | 'capture-ended'
  | 'stopped'
  | 'not-recorded';

export interface ViewOptions {
  readonly address: string;
  readonly port: number;
  readonly limitMs: number;
  /** Time to open the link. */
  readonly claimMs: number;
  /** Without pictures for so long it ends. */
  readonly silenceMs: number;
  hello(secondsLeft: number): Hello;
  /** Begins to make pictures; what it returns ends that. Undefined when there are none to be had. */
  pictures(onBytes: (bytes: Uint8Array) => void, onGone: () => void): (() => void) | undefined;
}

/**
 * One view from the link to its end. Its port is open as long as it lasts. Pictures are made only once somebody has come
 * with the token; the first reason to end it wins.
 */
export class View {
  readonly #options: ViewOptions;
  readonly #doorway: Doorway;
  readonly #endsMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopPictures: (() => void) | undefined;
  #ending: Ending | undefined;
  #finish!: (because: Ending) => void;
  /** To be given to whoever has asked. */
  readonly url: string;
  /** Resolves when nothing listens and nobody is connected any more. */
  readonly ended: Promise<Ending>;

  private constructor(options: ViewOptions, doorway: Doorway, text: string) {
    this.#options = options;
    this.#doorway = doorway;
    this.#endsMs = performance.now() + options.limitMs;
    // In the fragment: browsers neither send that to anybody nor say it when they are asked where they come from.
    this.url = `${doorway.origin}/#${text}`;
    this.ended = new Promise<Ending>((resolve) => {
      this.#finish = resolve;
    }).then(async (because) => {
      await doorway.close(because);
      return because;
    });
    this.#after(options.limitMs, 'time');
    this.#claim(this.#after(options.claimMs, 'unclaimed'));
  }

  /** @throws OperatorError live-port when the port cannot be had */
  static async open(options: ViewOptions): Promise<View> {
    const { token, text } = OneTimeToken.create();
    return new View(options, await Doorway.open(options, token), text);
  }

  /** Who was not let in so far. */
  get denials(): ReadonlyMap<Denial, number> {
    return this.#doorway.denials;
  }

  end(because: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = because;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stopPictures?.();
    this.#finish(because);
  }

  #claim(unclaimed: NodeJS.Timeout): void {
    this.#doorway.onEnter((viewer) => {
      clearTimeout(unclaimed);
      viewer.once('close', () => this.end('left'));
      viewer.send(JSON.stringify(this.#options.hello(Math.round((this.#endsMs - performance.now()) / 1000))));
      const relay = new Relay(viewer, () => this.end('slow'));
      let silence = this.#after(this.#options.silenceMs, 'no-picture');
      this.#stopPictures = this.#options.pictures(
        (bytes) => {
          clearTimeout(silence);
          this.#timers.delete(silence);
          silence = this.#after(this.#options.silenceMs, 'no-picture');
          relay.send(bytes);
        },
        () => this.end('capture-ended'),
      );
      if (this.#stopPictures === undefined) this.end('capture-ended');
    });
  }

  #after(ms: number, because: Ending): NodeJS.Timeout {
    const timer = setTimeout(() => this.end(because), ms);
    this.#timers.add(timer);
    return timer;
  }
}
