/** What FFmpeg may say before the oldest is forgotten. */
const MOST_LINES = 40;
const MOST_LINE = 500;
/** What `print(dar)` in the filter of `command.ts` prints, when a stream begins and each time its size changes. */
const SHAPE = /^(?:\[Eval [^\]]*\] )?(\d+\.\d{6})$/;

/** FFmpeg's last words, whole lines only: half of an address could hold the password without what shows it to be one. */
export class Words {
  #rest = '';
  #lines: string[] = [];
  /** Width to height of the camera's picture as it is meant to be seen; undefined before the first. */
  shape: number | undefined;

  hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!.slice(0, MOST_LINE);
    for (const line of lines) {
      const shape = SHAPE.exec(line)?.[1];
      if (shape !== undefined) this.shape = Number(shape);
      else this.#lines.push(line.slice(0, MOST_LINE));
    }
    this.#lines.splice(0, this.#lines.length - MOST_LINES);
  }

  /** What was said before is no reason for what comes. */
  forget(): void {
    this.#lines = [];
  }

  get text(): string {
    return [...this.#lines, this.#rest].join('\n').trim();
  }
}
