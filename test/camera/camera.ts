import { type AddressInfo, createServer, type Server } from 'node:net';
import { Connection, type Counters, type House } from './connection.ts';
import { type Film, loadFilm } from './film.ts';
import { type Authentication, type Credentials, Gate } from './gate.ts';
import type { Mischief } from './mischief.ts';
import { describeFilm } from './sdp.ts';

export interface TestCameraOptions {
  /** MP4 file, H.264 or H.265. */
  readonly file: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1, so that nobody else's network sees the camera. */
  readonly host?: string;
  /** Default `/stream`. */
  readonly path?: string;
  /** Default `none`; anything else needs `user` and `password`. */
  readonly auth?: Authentication;
  readonly user?: string;
  readonly password?: string;
  /** Last word on the SDP that clients get. */
  readonly sdp?: (sdp: string) => string;
  /** Silence after which a session ends. Default 60, as RFC 2326, 12.37 has it. */
  readonly sessionTimeoutS?: number;
  /** Bytes waiting for a client above which it is put out. Default 4 MiB. */
  readonly maxBacklogBytes?: number;
  /** How it misbehaves from the start; more on `TestCamera.mischief`. */
  readonly mischief?: Mischief;
  /** Ends the camera as disposing of it does. */
  readonly signal?: AbortSignal;
}

/** An RTSP camera on this machine that shows a film in an endless loop and misbehaves on request. */
export class TestCamera implements AsyncDisposable {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #host: string;
  readonly #path: string;
  readonly counters: Readonly<Counters>;
  /** How it misbehaves; may be changed at any time. */
  readonly mischief: Mischief;
  #film: Film;
  #gate: () => Gate = () => new Gate('none', { user: '', password: '' });
  #stalled = false;
  #closed: Promise<void> | undefined;

  /** Listening when it resolves. Throws `Mp4Error` for a film that cannot be shown, else what the system says. */
  static async start(options: TestCameraOptions): Promise<TestCamera> {
    const { user = '', password = '', auth = 'none' } = options;
    if ((auth === 'none') !== (user === ''))
      throw new TypeError('user and password go with auth, and auth with them');
    if (!(options.path ?? '/').startsWith('/')) throw new TypeError('the path must begin with "/"');
    const film = await loadFilm(options.file);
    options.signal?.throwIfAborted();
    const camera = new TestCamera(options, film);
    camera.admit(auth, { user, password });
    await camera.#listen(options.port ?? 0);
    options.signal?.addEventListener('abort', () => void camera[Symbol.asyncDispose](), { once: true });
    if (options.signal?.aborted) await camera[Symbol.asyncDispose]();
    options.signal?.throwIfAborted();
    return camera;
  }

  private constructor(options: TestCameraOptions, film: Film) {
    const { host = '127.0.0.1', path = '/stream', sdp = (text) => text } = options;
    const counters: Counters = {
      connections: 0,
      requests: 0,
      unauthorized: 0,
      pictures: 0,
      packets: 0,
      reports: 0,
      slowClients: 0,
      lapsedSessions: 0,
    };
    this.#film = film;
    this.mischief = { ...options.mischief };
    const isStalled = (): boolean => this.#stalled;
    const current = (): Film => this.#film;
    const house: House = {
      get film() {
        return current();
      },
      path,
      describe: () => sdp(describeFilm(this.#film, host)),
      mischief: this.mischief,
      sessionTimeoutS: options.sessionTimeoutS ?? 60,
      maxBacklogBytes: options.maxBacklogBytes ?? 4 * 1024 * 1024,
      counters,
      get stalled() {
        return isStalled();
      },
    };
    this.#host = host;
    this.#path = path;
    this.counters = counters;
    this.#server = createServer((socket) => {
      counters.connections++;
      const connection = new Connection(socket, house, this.#gate());
      this.#connections.add(connection);
      socket.once('close', () => this.#connections.delete(connection));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Without credentials. */
  get url(): string {
    return `rtsp://${this.#host}:${this.port}${this.#path}`;
  }

  /** Clients between PLAY and PAUSE or their end, also while the camera is stalled. */
  get clients(): number {
    return [...this.#connections].filter(({ playing }) => playing).length;
  }

  /** No media and no reports for anyone, now and later, but connections stay and requests are answered. */
  stall(): void {
    this.#stalled = true;
    this.#updateAll();
  }

  /** Everybody goes on at a keyframe, with timestamps that moved on meanwhile. */
  resume(): void {
    this.#stalled = false;
    this.#updateAll();
  }

  /**
   * Another film in the middle of every stream, whatever was promised in the SDP: other parameter sets, resolution,
   * rate, codec. Whoever comes later gets its SDP. Throws as `start` does.
   */
  async show(file: string): Promise<void> {
    this.#film = await loadFilm(file);
    for (const connection of this.#connections) connection.show(this.#film);
  }

  /** Whoever connects from now on must prove this; who is in stays. */
  admit(auth: Authentication, credentials: Credentials = { user: '', password: '' }): void {
    this.#gate = () => new Gate(auth, credentials);
  }

  /** Bytes into every connection, between two packets. */
  inject(bytes: Buffer): void {
    for (const connection of this.#connections) connection.inject(bytes);
  }

  /** Ends its own half of every connection (FIN) and reads on. */
  halfClose(): void {
    for (const connection of this.#connections) connection.halfClose();
  }

  /** Ends every connection without a word; new ones are welcome. */
  dropClients(): void {
    for (const connection of this.#connections) connection.drop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.dropClients();
    });
    return this.#closed;
  }

  #updateAll(): void {
    for (const connection of this.#connections) connection.update();
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }
}
