import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Film } from './film.ts';
import type { Gate } from './gate.ts';
import { formatResponse, interleaved, MessageReader, type Request, type Response } from './messages.ts';
import type { Mischief, Reply } from './mischief.ts';
import { Playback } from './playback.ts';
import { TRACK } from './sdp.ts';
import { type Channels, chooseChannels } from './transport.ts';

/** What all connections of a camera share. */
export interface House {
  readonly film: Film;
  /** Path, and query if there is one, of the stream. */
  readonly path: string;
  /** Body of the answer to DESCRIBE. */
  describe(): string;
  readonly sessionTimeoutS: number;
  /** A client for which more than this waits to be sent is too slow. */
  readonly maxBacklogBytes: number;
  readonly counters: Counters;
  readonly mischief: Mischief;
  /** True while no media goes to anyone. */
  readonly stalled: boolean;
}

/** Since the start of the camera, over all clients. */
export interface Counters {
  connections: number;
  requests: number;
  /** Requests answered with 401. */
  unauthorized: number;
  /** Access units sent. */
  pictures: number;
  packets: number;
  /** RTCP sender reports sent. */
  reports: number;
  /** Clients put out because they did not keep up. */
  slowClients: number;
  /** Sessions that ended because their client said nothing for the session timeout. */
  lapsedSessions: number;
}

interface Session {
  readonly id: string;
  readonly channels: Channels;
  readonly playback: Playback;
  /** Between PLAY and PAUSE. */
  playing: boolean;
}

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN';

/** One client: its requests, and at most one session, which lives and dies with the connection. */
export class Connection {
  readonly #socket: Socket;
  readonly #house: House;
  readonly #gate: Gate;
  readonly #reader = new MessageReader();
  #session: Session | undefined;
  #lapse: NodeJS.Timeout | undefined;

  constructor(socket: Socket, house: House, gate: Gate) {
    this.#socket = socket;
    this.#house = house;
    this.#gate = gate;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('close', () => this.#endSession());
    // A client that is killed resets its connection; 'close' follows and is all that matters.
    socket.on('error', () => {});
  }

  get playing(): boolean {
    return this.#session?.playing === true;
  }

  /** Sends media if the client wants it and the camera is not stalled. */
  update(): void {
    if (this.playing && !this.#house.stalled) this.#session!.playback.run();
    else this.#session?.playback.halt();
  }

  show(film: Film): void {
    this.#session?.playback.show(film);
  }

  /** Says that it will send nothing more, and goes on listening (FIN). Media stop: nothing could carry them. */
  halfClose(): void {
    this.#session?.playback.halt();
    this.#socket.end();
  }

  /** Bytes between two packets or answers. */
  inject(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  drop(): void {
    this.#endSession();
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#lapse?.refresh();
    try {
      for (const message of this.#reader.push(chunk)) if (message.kind === 'request') this.#handle(message);
    } catch {
      this.#endSession();
      this.#socket.end(formatResponse({ status: 400 }));
    }
  }

  #handle(request: Request): void {
    this.#house.counters.requests++;
    const answer = this.#answer(request);
    const { reply = () => answer } = this.#house.mischief;
    void this.#reply(reply(answer, request), request.headers.get('cseq'));
  }

  async #reply(reply: Reply, cseq: string | undefined): Promise<void> {
    if (reply !== undefined && Symbol.asyncIterator in reply) {
      for await (const bytes of reply) {
        if (!this.#socket.writable) return;
        if (!this.#socket.write(bytes)) await once(this.#socket, 'drain').catch(() => {});
      }
    } else if (reply !== undefined)
      this.#socket.write(Buffer.isBuffer(reply) ? reply : formatResponse(reply, cseq));
    // Only now, so that the answer to PLAY comes before the first packet.
    this.update();
  }

  #answer(request: Request): Response {
    if (!request.headers.has('cseq')) return { status: 400 };
    if (request.version !== '1.0') return { status: 505 };
    const required = request.headers.get('require');
    if (required !== undefined) return { status: 551, headers: [['Unsupported', required]] };
    // As real cameras do: what the server can is no secret, everything else is.
    if (request.method === 'OPTIONS') return { status: 200, headers: [['Public', METHODS]] };
    const challenges = this.#gate.challenge(request);
    if (challenges !== undefined) {
      this.#house.counters.unauthorized++;
      return { status: 401, headers: challenges.map((value) => ['WWW-Authenticate', value] as const) };
    }
    const place = this.#placeOf(request.uri);
    if (place === undefined) return { status: 404 };
    const named = request.headers.get('session')?.split(';')[0]?.trim();
    if (named !== undefined && named !== this.#session?.id) return { status: 454 };
    switch (request.method) {
      case 'DESCRIBE':
        return this.#describe(request);
      case 'SETUP':
        return this.#setup(request, place);
      case 'PLAY':
        return this.#inSession((session) => this.#play(session, request));
      case 'PAUSE':
        return this.#inSession((session) => {
          session.playing = false;
          return { status: 200, headers: [this.#sessionHeader(session)] };
        });
      case 'TEARDOWN':
        return this.#inSession((session) => {
          this.#endSession();
          return { status: 200, headers: [this.#sessionHeader(session)] };
        });
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
        // Without parameters, a sign of life (RFC 2326, 10.8); this camera has none to get or set.
        return {
          status: 200,
          headers: this.#session === undefined ? [] : [this.#sessionHeader(this.#session)],
        };
      default:
        return { status: 501, headers: [['Public', METHODS]] };
    }
  }

  #describe({ uri, headers }: Request): Response {
    const accept = headers.get('accept');
    if (accept !== undefined && !/application\/sdp|\*\/\*|application\/\*/i.test(accept))
      return { status: 406 };
    return {
      status: 200,
      headers: [
        ['Content-Base', uri.endsWith('/') ? uri : `${uri}/`],
        ['Content-Type', 'application/sdp'],
      ],
      body: this.#house.describe(),
    };
  }

  #setup({ headers }: Request, place: 'presentation' | 'track'): Response {
    if (place !== 'track' || this.#session !== undefined) return { status: 455 };
    const channels = chooseChannels(headers.get('transport') ?? '');
    if (channels === undefined) return { status: 461 };
    const session = this.#openSession(channels);
    const ssrc = session.playback.ssrc.toString(16).toUpperCase().padStart(8, '0');
    const transport = `RTP/AVP/TCP;unicast;interleaved=${channels.rtp}-${channels.rtcp};ssrc=${ssrc};mode="PLAY"`;
    return { status: 200, headers: [['Transport', transport], this.#sessionHeader(session)] };
  }

  #play(session: Session, { uri }: Request): Response {
    const { sequence, rtpTimestamp } = session.playback.position;
    const track = uri.endsWith(TRACK) ? uri : `${uri.replace(/\/$/, '')}/${TRACK}`;
    session.playing = true;
    return {
      status: 200,
      headers: [
        this.#sessionHeader(session),
        ['Range', 'npt=now-'],
        ['RTP-Info', `url=${track};seq=${sequence};rtptime=${rtpTimestamp}`],
      ],
    };
  }

  #inSession(act: (session: Session) => Response): Response {
    return this.#session === undefined ? { status: 455 } : act(this.#session);
  }

  #sessionHeader({ id }: Session): readonly [string, string] {
    return ['Session', `${id};timeout=${this.#house.sessionTimeoutS}`];
  }

  #openSession(channels: Channels): Session {
    const { film, counters, mischief } = this.#house;
    const playback = new Playback(film, mischief, {
      media: (packets) => {
        const { between, packet: change = (packet: Buffer) => packet } = mischief;
        const sent = packets.flatMap((packet) => change(packet) ?? []);
        counters.pictures++;
        counters.packets += sent.length;
        const framed = sent.map((packet) => interleaved(channels.rtp, packet));
        this.#transmit(Buffer.concat([...(between === undefined ? [] : [between()]), ...framed]));
      },
      report: (packet) => {
        counters.reports++;
        this.#transmit(interleaved(channels.rtcp, packet));
      },
    });
    this.#session = { id: randomBytes(8).toString('hex'), channels, playback, playing: false };
    this.#lapse = setTimeout(() => {
      counters.lapsedSessions++;
      this.drop();
    }, this.#house.sessionTimeoutS * 1000);
    return this.#session;
  }

  #endSession(): void {
    this.#session?.playback.halt();
    this.#session = undefined;
    clearTimeout(this.#lapse);
    // A cleared timer that is refreshed would start again.
    this.#lapse = undefined;
  }

  #transmit(data: Buffer): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(data);
    if (this.#socket.writableLength <= this.#house.maxBacklogBytes) return;
    this.#house.counters.slowClients++;
    this.drop();
  }

  #placeOf(uri: string): 'presentation' | 'track' | undefined {
    const path = /^rtspu?:\/\/[^/]*(\/.*)$/i.exec(uri)?.[1];
    if (path === this.#house.path || path === `${this.#house.path}/`) return 'presentation';
    return path === `${this.#house.path}/${TRACK}` ? 'track' : undefined;
  }
}
