import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { OperatorError } from '../domain/errors.ts';
import { type Answer, type Request, requestSchema } from './request.ts';

/** A line is shorter. */
const MOST_BYTES = 512;
const PATIENCE_MS = 2_000;
/** `sun_path` of unix(7), without the zero at its end. */
const LONGEST_PATH = 107;

/** One who asks for a view. */
export interface Asker {
  say(answer: Answer): void;
  /** Aborted when the command has ended. */
  readonly gone: AbortSignal;
}

/** Takes requests from commands on this machine. A connection makes one request and lives as long as its view. */
export class LiveSocket implements AsyncDisposable {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(ask: (request: Request, asker: Asker) => Promise<void>) {
    this.#server = createServer({ allowHalfOpen: true }, (connection) => {
      this.#connections.add(connection);
      connection.once('close', () => this.#connections.delete(connection));
      serve(connection, ask);
    });
  }

  /**
   * A socket that a dead daemon has left is replaced: there is one daemon on a state folder.
   *
   * @throws OperatorError live-socket (exit code 4)
   */
  static async open(
    path: string,
    ask: (request: Request, asker: Asker) => Promise<void>,
  ): Promise<LiveSocket> {
    if (Buffer.byteLength(path) > LONGEST_PATH)
      throw new OperatorError('environment', 'live-socket', `The path ${path} is too long for a socket.`, {
        remedy: 'Choose a state.folder with a shorter path, or leave out live.',
      });
    const opened = new LiveSocket(ask);
    await rm(path, { force: true });
    opened.#server.listen(path);
    await once(opened.#server, 'listening');
    await chmod(path, 0o600);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.#connections) connection.end();
    const late = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, PATIENCE_MS);
    await closed;
    clearTimeout(late);
  }
}

function serve(connection: Socket, ask: (request: Request, asker: Asker) => Promise<void>): void {
  const gone = new AbortController();
  const patience = setTimeout(() => connection.destroy(), PATIENCE_MS);
  let text = '';
  let asked = false;
  connection.setEncoding('utf8');
  connection
    // A command that was killed says no more, and its view goes with it.
    .on('error', () => connection.destroy())
    .once('close', () => gone.abort())
    .once('end', () => gone.abort())
    .on('data', (chunk: string) => {
      if (asked) return;
      text += chunk;
      if (text.length > MOST_BYTES) return void connection.destroy();
      const end = text.indexOf('\n');
      if (end < 0) return;
      asked = true;
      clearTimeout(patience);
      const request = requestOf(text.slice(0, end));
      const say = (answer: Answer) => void connection.write(`${JSON.stringify(answer)}\n`);
      if (request === undefined) {
        say({ type: 'refused', fault: 'failed', code: 'unreadable', message: 'The request cannot be read.' });
        return void connection.end();
      }
      void ask(request, { say, gone: gone.signal }).finally(() => connection.end());
    });
}

function requestOf(line: string): Request | undefined {
  try {
    return requestSchema.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
