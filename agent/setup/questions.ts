import { createInterface } from 'node:readline/promises';
import { OperatorError } from '../domain/errors.ts';

/** One thing to be known: by its flag, or by asking. */
export interface Question {
  readonly flag: string;
  readonly words: string;
  readonly usual?: string;
  /** What is wrong with an answer; undefined: nothing. */
  fault?(answer: string): string | undefined;
}

/** Where questions are asked. Not a terminal: everything has to come by flags. */
export interface Terminal extends AsyncDisposable {
  readonly isInteractive: boolean;
  ask(words: string): Promise<string>;
}

export function terminalOf(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  const isInteractive = input.isTTY === true;
  const lines = isInteractive ? createInterface({ input, output }) : undefined;
  return {
    isInteractive,
    ask: (words) => lines!.question(words),
    async [Symbol.asyncDispose]() {
      lines?.close();
    },
  };
}

/**
 * The answer that a flag has, else what somebody says, else the usual one.
 *
 * @throws OperatorError answer-missing, answer-wrong
 */
export async function answerTo(
  { flag, words, usual, fault }: Question,
  given: string | undefined,
  terminal: Terminal,
): Promise<string> {
  if (given !== undefined || !terminal.isInteractive) {
    const answer = given ?? usual;
    if (answer === undefined)
      throw new OperatorError('config', 'answer-missing', `Not known: ${words}.`, {
        remedy: `Say it with --${flag}, or run this in a terminal, where it asks.`,
      });
    const wrong = fault?.(answer);
    if (wrong !== undefined)
      throw new OperatorError('config', 'answer-wrong', `--${flag} ${JSON.stringify(answer)}: ${wrong}.`);
    return answer;
  }
  for (;;) {
    const said = (await terminal.ask(`${words}${usual === undefined ? '' : ` [${usual}]`}: `)).trim();
    const answer = said === '' ? usual : said;
    const wrong = answer === undefined ? 'it has no default' : fault?.(answer);
    if (answer !== undefined && wrong === undefined) return answer;
    await Promise.resolve();
    process.stderr.write(`  ${wrong}\n`);
  }
}
