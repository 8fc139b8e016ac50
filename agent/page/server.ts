import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isOurHost } from '../live/guard.ts';
import { type Asset, HEADERS } from './assets.ts';
import type { Board } from './board.ts';
import { Feed } from './feed.ts';
import type { Sessions } from './sessions.ts';

const MOST_CONNECTIONS = 64;
const MOST_BYTES = 512;
/** A command that nobody has answered by then. */
const ANSWER_MS = 5_000;

const REFUSALS = { malformed: 400, wrong: 401, 'too-often': 429 } as const;

type Say = (status: number, body: object, more?: Record<string, string>) => void;

export interface Answered {
  readonly accepted: boolean;
  readonly reason?: string | undefined;
}

export interface PageOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly board: Board;
  readonly sessions: Sessions;
  /** Under which a proxy shows the page. */
  readonly origin: string | undefined;
  command(command: 'pause' | 'resume', id: string): void;
}

/** The page over HTTP: files for everybody, what is on the board for whoever has logged in. */
export class PageServer {
  readonly #options: PageOptions;
  readonly #server: Server;
  readonly #feed = new Feed();
  readonly #asked = new Map<string, (answer: Answered) => void>();
  readonly #cookie: string;

  constructor(options: PageOptions) {
    this.#options = options;
    // Browsers keep one jar for all ports of a host: two boxes behind two tunnels must not share a session.
    this.#cookie = `micron-edge-${options.board.snapshot.place.node}`;
    this.#server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
      // Somebody who has gone away is no news.
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** Rejects with the error of `listen`. */
  async listen(address: string, port: number): Promise<void> {
    this.#server.listen(port, address);
    await once(this.#server, 'listening');
  }

  tell(news: Parameters<Feed['tell']>[0]): void {
    this.#feed.tell(news);
  }

  answer(id: string, answer: Answered): void {
    this.#asked.get(id)?.(answer);
  }

  close(): void {
    this.#feed.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say: Say = (status, body, more = {}) =>
      send(response, status, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`, more);
    if (!this.#isOurs(request)) return say(403, { error: 'host' });
    const { method, url } = request;
    if (method === 'GET' || method === 'HEAD') {
      const asset = this.#options.assets.get(url ?? '');
      if (asset !== undefined)
        return send(response, 200, asset.type, method === 'HEAD' ? '' : asset.content, {});
      if ((url !== '/events' && url !== '/session') || method === 'HEAD')
        return say(404, { error: 'not-found' });
      const secret = this.#sessionOf(request);
      if (url === '/session') return say(200, { open: secret !== undefined });
      return secret === undefined ? say(401, { error: 'login' }) : this.#stream(secret, response);
    }
    if (method !== 'POST') return say(405, { error: 'method' });
    // A page of somebody else's can send a request here, but not with our origin, and not as JSON unasked (Fetch, CORS).
    if (!this.#isOurPage(request) || request.headers['content-type'] !== 'application/json')
      return say(403, { error: 'origin' });
    const body = await bodyOf(request);
    if (body === undefined) return say(413, { error: 'too-long' });
    if (url === '/login') return this.#login(body, say);
    const secret = this.#sessionOf(request);
    if (secret === undefined) return say(401, { error: 'login' });
    if (url === '/logout') {
      this.#options.sessions.close(secret);
      return say(200, {}, { 'Set-Cookie': this.#cookieOf('', 0) });
    }
    if (url === '/pause' || url === '/resume')
      return say(200, await this.#ask(url === '/pause' ? 'pause' : 'resume'));
    return say(404, { error: 'not-found' });
  }

  #login(body: string, say: Say): void {
    const token = tokenIn(body);
    const session = token === undefined ? 'malformed' : this.#options.sessions.open(token);
    if (typeof session === 'string')
      say(REFUSALS[session], { error: session }, session === 'too-often' ? { 'Retry-After': '2' } : {});
    else say(200, {}, { 'Set-Cookie': this.#cookieOf(session.secret, session.seconds) });
  }

  #stream(secret: string, response: ServerResponse): void {
    response.writeHead(200, {
      ...HEADERS,
      'Content-Type': 'text/event-stream',
      // nginx would collect it otherwise.
      'X-Accel-Buffering': 'no',
    });
    const { board, sessions } = this.#options;
    const joined = this.#feed.join(response, { event: 'board', data: board.snapshot }, () =>
      sessions.isOpen(secret),
    );
    if (!joined) response.end('event: crowded\ndata: {}\n\n');
  }

  #ask(command: 'pause' | 'resume'): Promise<Answered> {
    const id = `page-${randomUUID().slice(0, 18)}`;
    return new Promise((resolve) => {
      const settle = (answer: Answered) => {
        clearTimeout(late);
        this.#asked.delete(id);
        resolve(answer);
      };
      const late = setTimeout(() => settle({ accepted: false, reason: 'no-answer' }), ANSWER_MS);
      this.#asked.set(id, settle);
      this.#options.command(command, id);
    });
  }

  /** A page of somebody else's that has its own name point here (DNS rebinding) still says that name. */
  #isOurs({ headers }: IncomingMessage): boolean {
    const { origin } = this.#options;
    return isOurHost(headers) || (origin !== undefined && headers.host === new URL(origin).host);
  }

  #isOurPage({ headers }: IncomingMessage): boolean {
    const { origin } = this.#options;
    return (
      headers.origin === (origin ?? `http://${headers.host}`) || headers.origin === `http://${headers.host}`
    );
  }

  #sessionOf({ headers }: IncomingMessage): string | undefined {
    const prefix = `${this.#cookie}=`;
    const secret = headers.cookie
      ?.split('; ')
      .find((each) => each.startsWith(prefix))
      ?.slice(prefix.length);
    return secret !== undefined && this.#options.sessions.isOpen(secret) ? secret : undefined;
  }

  #cookieOf(secret: string, seconds: number): string {
    const secure = this.#options.origin?.startsWith('https:') ? '; Secure' : '';
    return `${this.#cookie}=${secret}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
  more: Record<string, string>,
): void {
  response
    .writeHead(status, {
      ...HEADERS,
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(content),
      ...more,
    })
    .end(content);
}

function tokenIn(body: string): string | undefined {
  try {
    const { token } = JSON.parse(body) as { token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when it is longer than anything that we ask for. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
