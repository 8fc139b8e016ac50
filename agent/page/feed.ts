import type { ServerResponse } from 'node:http';
import type { News } from './board.ts';

const MOST_VIEWERS = 16;
/** A browser that does not keep up is let go, and comes back by itself. */
const MOST_BUFFERED = 4 * 1_048_576;
/** Proxies close what is silent for a minute. */
const BEAT_MS = 20_000;

const textOf = ({ event, data }: News): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events (HTML Living Standard, 9.2) to everybody who looks on. */
export class Feed {
  readonly #viewers = new Map<ServerResponse, () => boolean>();
  readonly #beat: NodeJS.Timeout;

  constructor() {
    this.#beat = setInterval(() => this.#write(': still here\n\n'), BEAT_MS);
  }

  /**
   * False when there are too many already.
   *
   * @param mayStay asked before each word: a session may have ended
   */
  join(response: ServerResponse, first: News, mayStay: () => boolean): boolean {
    if (this.#viewers.size >= MOST_VIEWERS) return false;
    this.#viewers.set(response, mayStay);
    response.once('close', () => this.#viewers.delete(response));
    response.write(`retry: 3000\n\n${textOf(first)}`);
    return true;
  }

  tell(news: News): void {
    this.#write(textOf(news));
  }

  close(): void {
    clearInterval(this.#beat);
    for (const viewer of this.#viewers.keys()) viewer.end();
  }

  #write(text: string): void {
    for (const [viewer, mayStay] of this.#viewers) {
      if (!mayStay()) viewer.end();
      else if (viewer.writableLength > MOST_BUFFERED) viewer.destroy();
      else viewer.write(text);
    }
  }
}
