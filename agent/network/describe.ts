import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { endpointOf } from './reach.ts';

/** The head of an answer to DESCRIBE. */
export interface Described {
  readonly status: number;
  /** Names in lower case; what comes twice has two values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export type Silence =
  /** No connection. */
  | 'unreachable'
  /** A connection, and no whole answer in time. */
  | 'no-answer'
  /** An answer, but not one of RTSP. */
  | 'not-rtsp';

/** Cameras need some hundred; one that sends more is not asked further. */
const MOST_HEAD_BYTES = 16_384;

/**
 * Asks for a stream's description without credentials (RFC 2326, 10.2), as every player does at first, and reads the head
 * of the answer. The certificate of an `rtsps:` address is not checked: nothing secret is said, nothing learnt is kept.
 */
export function describe(url: string, timeoutMs: number, signal: AbortSignal): Promise<Described | Silence> {
  return new Promise((resolve) => {
    const endpoint = endpointOf(url);
    const isTls = new URL(url).protocol === 'rtsps:';
    const socket: Socket = isTls
      ? connectTls({ ...endpoint, rejectUnauthorized: false })
      : createConnection(endpoint);
    let isOpen = false;
    let heard = '';
    const end = (outcome: Described | Silence) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', give);
      socket.destroy();
      resolve(outcome);
    };
    const give = () => end(isOpen ? 'no-answer' : 'unreachable');
    const timer = setTimeout(give, timeoutMs);
    signal.addEventListener('abort', give, { once: true });
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      isOpen = true;
      socket.write(`DESCRIBE ${withoutUser(url)} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n`);
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
      const headEnd = heard.indexOf('\r\n\r\n');
      if (headEnd >= 0 && headEnd <= MOST_HEAD_BYTES) end(parseHead(heard.slice(0, headEnd)));
      else if (!'RTSP/'.startsWith(heard.slice(0, 5)) || heard.length > MOST_HEAD_BYTES) end('not-rtsp');
    });
    socket.once('error', give);
    socket.once('close', give);
    if (signal.aborted) give();
  });
}

function parseHead(head: string): Described | 'not-rtsp' {
  const [first = '', ...lines] = head.split('\r\n');
  const status = /^RTSP\/\d\.\d (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) return 'not-rtsp';
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  return { status: Number(status), headers };
}

function withoutUser(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}
