import { setTimeout as wait } from 'node:timers/promises';
import { formatResponse, type Request, type Response } from './messages.ts';

/** What goes out instead of an answer: another one, bytes of any kind over any time, or nothing at all. */
export type Reply = Response | Buffer | AsyncIterable<Buffer> | undefined;

/** Ways in which a camera misbehaves. Each may be set, changed and taken away while clients are there. */
export interface Mischief {
  /** Last word on an answer. */
  reply?: (usual: Response, request: Request) => Reply;
  /** Last word on the timestamp of a picture, in ticks of the RTP clock since the start of the stream. */
  timestamp?: (ticks: number) => number;
  /** Last word on an RTP packet, which is not a copy; undefined loses it. */
  packet?: (packet: Buffer) => Buffer | undefined;
  /** Written between two pictures, before each. */
  between?: () => Buffer;
  /** One picture again and again, with times that go on. */
  frozen?: boolean;
}

/** The answers to one method are others. */
export const replyTo =
  (method: string, reply: (usual: Response, request: Request) => Reply): NonNullable<Mischief['reply']> =>
  (usual, request) =>
    request.method === method ? reply(usual, request) : usual;

/** RFC 2326, 11.3 and 7.1.1: the stream has moved, for good (301) or for now (302). */
export const redirectTo =
  (url: string, status: 301 | 302 = 302): NonNullable<Mischief['reply']> =>
  (usual, { method }) =>
    method === 'DESCRIBE' ? { status, headers: [['Location', url]] } : usual;

/** The answer as it is, but one byte at a time. */
export async function* trickle(answer: Response, cseq: string | undefined, everyMs: number) {
  for (const byte of Buffer.from(formatResponse(answer, cseq))) {
    yield Buffer.from([byte]);
    await wait(everyMs);
  }
}

/** A head that goes on and on. */
export async function* endlessHeaders(cseq: string | undefined) {
  yield Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\n`);
  for (let i = 0; ; i++) yield Buffer.from(`X-Header-${i}: ${'x'.repeat(1000)}\r\n`);
}
