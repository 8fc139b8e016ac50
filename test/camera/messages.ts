/** RTSP requests and responses, and the frames between them on the same connection (RFC 2326, 4 to 7 and 10.12). */

export interface Request {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Binary data from the client, which can only be RTCP. */
export interface Frame {
  readonly kind: 'frame';
  readonly channel: number;
  readonly data: Buffer;
}

export interface Response {
  readonly status: keyof typeof REASONS;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** The peer does not speak RTSP; the connection cannot be used any further. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

const REASONS = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'RTSP Version not supported',
  551: 'Option not supported',
} as const;

const DOLLAR = 0x24;
const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

/** Cuts what arrives on a connection into requests and frames. */
export class MessageReader {
  #pending: Buffer = Buffer.alloc(0);

  /** Everything that is complete with this chunk; throws `ProtocolError`. */
  *push(chunk: Buffer): Generator<Request | Frame> {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (let message = this.#next(); message !== undefined; message = this.#next()) yield message;
  }

  #next(): Request | Frame | undefined {
    while (this.#pending[0] === 0x0d || this.#pending[0] === 0x0a) this.#take(1);
    if (this.#pending[0] === DOLLAR) return this.#frame();
    const end = this.#pending.indexOf(HEAD_END);
    if (end > MAX_HEAD_BYTES || (end < 0 && this.#pending.length > MAX_HEAD_BYTES))
      throw new ProtocolError('the head of the request is too long');
    if (end < 0) return undefined;
    const request = parseHead(this.#pending.toString('latin1', 0, end));
    const bodyBytes = Number(request.headers.get('content-length') ?? 0);
    if (!Number.isInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES)
      throw new ProtocolError('the length of the body is out of range');
    const whole = end + HEAD_END.length + bodyBytes;
    if (this.#pending.length < whole) return undefined;
    // No request that this server knows has a body with a meaning for it.
    this.#take(whole);
    return request;
  }

  /** `$`, channel, 16-bit length, data (RFC 2326, 10.12). */
  #frame(): Frame | undefined {
    if (this.#pending.length < 4) return undefined;
    const whole = 4 + this.#pending.readUInt16BE(2);
    if (this.#pending.length < whole) return undefined;
    const frame = this.#take(whole);
    return { kind: 'frame', channel: frame[1]!, data: frame.subarray(4) };
  }

  #take(bytes: number): Buffer {
    const taken = this.#pending.subarray(0, bytes);
    this.#pending = this.#pending.subarray(bytes);
    return taken;
  }
}

function parseHead(head: string): Request {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, uri, version] = /^(\S+) (\S+) RTSP\/(\S+)$/.exec(first) ?? [];
  if (method === undefined || uri === undefined || version === undefined)
    throw new ProtocolError('this is not an RTSP request');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new ProtocolError('this is not a header');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { kind: 'request', method, uri, version, headers };
}

/** A response as it goes over the wire; `cseq` is left out only where the request's could not be read. */
export function formatResponse({ status, headers = [], body = '' }: Response, cseq?: string): string {
  const lines = [`RTSP/1.0 ${status} ${REASONS[status]}`];
  if (cseq !== undefined) lines.push(`CSeq: ${cseq}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A packet between the responses (RFC 2326, 10.12). */
export function interleaved(channel: number, packet: Buffer): Buffer {
  const head = Buffer.from([DOLLAR, channel, 0, 0]);
  head.writeUInt16BE(packet.length, 2);
  return Buffer.concat([head, packet]);
}
