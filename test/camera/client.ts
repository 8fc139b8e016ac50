import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Names in lower case; a name that comes twice has both values, one per line. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The least of an RTSP client, to look at answers and packets byte by byte. */
export class RawClient {
  readonly socket: Socket;
  readonly url: string;
  /** Interleaved packets in order of arrival. */
  readonly packets: { readonly channel: number; readonly data: Buffer }[] = [];
  readonly #answers: ((answer: Answer) => void)[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #cseq = 0;

  constructor(url: string) {
    this.url = url;
    this.socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => {
      this.#pending = Buffer.concat([this.#pending, chunk]);
      while (this.#takeOne());
    });
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  send(method: string, path = '', headers: Record<string, string> = {}): Promise<Answer> {
    const lines = Object.entries({ CSeq: String(++this.#cseq), ...headers }).map((each) => each.join(': '));
    this.socket.write(`${method} ${this.url}${path} RTSP/1.0\r\n${lines.join('\r\n')}\r\n\r\n`);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  /** SETUP and PLAY; the session's id. */
  async play(): Promise<string> {
    const { headers } = await this.send('SETUP', '/trackID=0', {
      Transport: 'RTP/AVP/TCP;unicast;interleaved=2-3',
    });
    const session = headers.get('session')!.split(';')[0]!;
    await this.send('PLAY', '', { Session: session });
    return session;
  }

  #takeOne(): boolean {
    const pending = this.#pending;
    if (pending[0] === 0x24) {
      const end = pending.length < 4 ? Number.POSITIVE_INFINITY : 4 + pending.readUInt16BE(2);
      if (pending.length < end) return false;
      this.packets.push({ channel: pending[1]!, data: pending.subarray(4, end) });
      this.#pending = pending.subarray(end);
      return true;
    }
    const headEnd = pending.indexOf('\r\n\r\n');
    if (headEnd < 0) return false;
    const [first = '', ...lines] = pending.toString('latin1', 0, headEnd).split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const [, name, value] = /^([^:]+): (.*)$/.exec(line)!;
      const before = headers.get(name!.toLowerCase());
      headers.set(name!.toLowerCase(), before === undefined ? value! : `${before}\n${value}`);
    }
    const end = headEnd + 4 + Number(headers.get('content-length') ?? 0);
    if (pending.length < end) return false;
    this.#pending = pending.subarray(end);
    const body = pending.toString('utf8', headEnd + 4, end);
    this.#answers.shift()?.({ status: Number(first.split(' ')[1]), headers, body });
    return true;
  }
}
