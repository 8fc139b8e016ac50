import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { OperatorError } from '../domain/errors.ts';
import { type Asset, HEADERS, loadAssets } from './assets.ts';
import { isOurHost, isOurPage } from './guard.ts';
import type { OneTimeToken } from './token.ts';

/** What was wrong with somebody who was not let in. */
export type Denial = 'host' | 'origin' | 'token' | 'crowded';

/** Time between connecting and saying the token. */
const PATIENCE_MS = 5_000;
/** Connections that have not said it yet. */
const MOST_WAITING = 4;
const MOST_CONNECTIONS = 32;
/** A token has 43 letters. */
const MOST_BYTES = 64;

export interface DoorwayOptions {
  /** Default: those of the live view. */
  readonly assets?: ReadonlyMap<string, Asset>;
  /** The longest message that a visitor may send. */
  readonly mostBytes?: number;
}
/** Time for a viewer to take leave. */
const LEAVE_MS = 500;
/** RFC 6455, 7.4.2: 4000 to 4999 are ours. */
const CLOSE = { denied: 4403, over: 4000 } as const;

/**
 * The page and its WebSocket, on loopback, while one view lasts. Whoever comes from our own page with the token gets in,
 * once; the token is the first thing said on the socket, so that it stands in no address, header or log.
 */
export class Doorway {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #token: OneTimeToken;
  readonly #waiting = new Set<WebSocket>();
  #enter: (viewer: WebSocket) => void = () => {};
  readonly denials = new Map<Denial, number>();

  private constructor(assets: ReadonlyMap<string, Asset>, mostBytes: number, token: OneTimeToken) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: mostBytes,
      perMessageDeflate: false,
    });
    this.#assets = assets;
    this.#token = token;
    this.#server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) =>
      this.#serve(request, response),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** @throws OperatorError live-port (exit code 4) */
  static async open(
    { address, port }: { readonly address: string; readonly port: number },
    token: OneTimeToken,
    { assets, mostBytes = MOST_BYTES }: DoorwayOptions = {},
  ): Promise<Doorway> {
    const doorway = new Doorway(assets ?? (await loadAssets()), mostBytes, token);
    try {
      doorway.#server.listen(port, address);
      await once(doorway.#server, 'listening');
    } catch (cause) {
      throw new OperatorError(
        'environment',
        'live-port',
        `The live view cannot listen on ${address} port ${port} (${(cause as NodeJS.ErrnoException).code}).`,
        { remedy: 'Choose another live.port.', cause },
      );
    }
    return doorway;
  }

  get origin(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  onEnter(enter: (viewer: WebSocket) => void): void {
    this.#enter = enter;
  }

  /** Everybody out, and nothing listens any more when it resolves. */
  async close(because: string): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets.clients) socket.close(CLOSE.over, because);
    const late = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
    }, LEAVE_MS);
    this.#server.closeAllConnections();
    await closed;
    clearTimeout(late);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const answer = (status: number, content: Buffer | string, type = 'text/plain; charset=utf-8') =>
      response
        .writeHead(status, { ...HEADERS, 'Content-Type': type, 'Content-Length': Buffer.byteLength(content) })
        .end(request.method === 'HEAD' ? undefined : content);
    if (!isOurHost(request.headers)) {
      this.#deny('host');
      return void answer(403, 'This page has another name.\n');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return void answer(405, 'GET only.\n');
    const asset = this.#assets.get(request.url ?? '');
    if (asset === undefined) return void answer(404, 'There is nothing here.\n');
    answer(200, asset.content, asset.type);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { headers, url } = request;
    const fault: Denial | undefined = !isOurHost(headers)
      ? 'host'
      : !isOurPage(headers)
        ? 'origin'
        : this.#waiting.size >= MOST_WAITING
          ? 'crowded'
          : undefined;
    if (fault !== undefined) this.#deny(fault);
    // A client that has gone already is no news.
    socket.on('error', () => socket.destroy());
    if (fault !== undefined || url !== '/pictures') {
      socket.end(
        `HTTP/1.1 ${fault === undefined ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#greet(client));
  }

  #greet(client: WebSocket): void {
    this.#waiting.add(client);
    const patience = setTimeout(() => client.terminate(), PATIENCE_MS);
    const settled = () => {
      clearTimeout(patience);
      this.#waiting.delete(client);
    };
    // ws closes the connection after an error, which is all there is to do.
    client.on('error', settled).once('close', settled);
    client.once('message', (data, isBinary) => {
      settled();
      if (!isBinary && this.#token.take(String(data))) return this.#enter(client);
      this.#deny('token');
      client.close(CLOSE.denied, 'token');
    });
  }

  #deny(why: Denial): void {
    this.denials.set(why, (this.denials.get(why) ?? 0) + 1);
  }
}
