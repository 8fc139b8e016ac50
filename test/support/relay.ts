import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

type Towards = 'client' | 'server';

/** Bytes on their way above which the sender has to wait, as a router's queue has an end. */
const MOST_ON_THE_WAY = 256 * 1024;
/** A packet of an Ethernet, less the heads of IP and TCP. */
const SEGMENT_BYTES = 1_448;
/** What Linux waits before it sends a lost segment again (TCP_RTO_MIN). All behind it waits, too. */
const RESEND_MS = 200;

export interface RelayOptions {
  /** Of the server. Default: 127.0.0.1. */
  readonly host?: string;
  /** Where clients come to. Default: 127.0.0.1. */
  readonly at?: string;
  /** For jitter and losses. */
  readonly random?: () => number;
}

/** A cable between a client and a server of this machine, for somebody to pull. */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #random: () => number;
  /** Aborted by mending: what is on its way need not wait any longer. */
  #mended = new AbortController();
  /** What happens to a chunk on its way; undefined loses it. */
  change: (chunk: Buffer, towards: Towards) => Buffer | undefined = (chunk) => chunk;
  /** Each byte is on its way for so long, milliseconds, and for up to `jitterMs` more. The order stays. */
  delayMs = 0;
  jitterMs = 0;
  /** Share of segments that are lost and sent again. */
  lossShare = 0;
  /** Bandwidth towards the client; 0 is without a bound. */
  bytesPerS = 0;
  /** New connections end at once. */
  refuses = false;

  static async to(
    port: number,
    { host = '127.0.0.1', at = '127.0.0.1', random = () => 0.5 }: RelayOptions = {},
  ): Promise<Relay> {
    const relay = new Relay(port, host, random);
    await new Promise<void>((resolve) => relay.#server.listen(0, at, resolve));
    return relay;
  }

  private constructor(port: number, host: string, random: () => number) {
    this.#random = random;
    this.#server = createServer((client) => {
      if (this.refuses) return void client.resetAndDestroy();
      const server = connect(port, host);
      const pair = [client, server] as const;
      this.#pairs.add(pair);
      void this.#carry(client, server, 'server');
      void this.#carry(server, client, 'client');
      for (const socket of pair) {
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#pairs.delete(pair);
          for (const each of pair) each.destroy();
        });
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection with RST on both sides. */
  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** As it was new. */
  mend(): void {
    this.change = (chunk) => chunk;
    this.delayMs = 0;
    this.jitterMs = 0;
    this.lossShare = 0;
    this.bytesPerS = 0;
    this.refuses = false;
    this.#mended.abort();
    this.#mended = new AbortController();
  }

  async #carry(from: Socket, to: Socket, towards: Towards): Promise<void> {
    let onTheWay = 0;
    let last = Promise.resolve();
    /** When the line is free for the next segment, and when what was sent last arrives; `performance.now()`. */
    let freeMs = 0;
    let arrivesMs = 0;
    const arrive = async (chunk: Buffer, dueMs: number, mended: AbortSignal) => {
      await until(dueMs, mended);
      onTheWay -= chunk.length;
      const changed = this.change(chunk, towards);
      if (changed !== undefined && to.writable && !to.write(changed))
        await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
    };
    try {
      for await (const chunk of from as AsyncIterable<Buffer>)
        for (const segment of this.#segments(chunk)) {
          const rate = towards === 'client' ? this.bytesPerS : 0;
          freeMs = Math.max(freeMs, performance.now()) + (rate > 0 ? (segment.length / rate) * 1_000 : 0);
          const lost = this.lossShare > 0 && this.#random() < this.lossShare ? RESEND_MS : 0;
          const onLineMs = this.delayMs + this.jitterMs * (this.jitterMs > 0 ? this.#random() : 0) + lost;
          arrivesMs = Math.max(arrivesMs, freeMs + onLineMs);
          const [dueMs, { signal }] = [arrivesMs, this.#mended];
          onTheWay += segment.length;
          last = last.then(() => arrive(segment, dueMs, signal));
          if (onTheWay > MOST_ON_THE_WAY) await last;
        }
      await last;
      to.end();
    } catch {
      // An end that is no end of the stream: the other side learns it by 'close'.
      to.destroy();
    }
  }

  /** In one piece where nothing happens to pieces. */
  #segments(chunk: Buffer): Buffer[] {
    if (this.bytesPerS === 0 && this.lossShare === 0) return [chunk];
    const count = Math.ceil(chunk.length / SEGMENT_BYTES);
    return Array.from({ length: count }, (_, i) =>
      chunk.subarray(i * SEGMENT_BYTES, (i + 1) * SEGMENT_BYTES),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#mended.abort();
      for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    });
  }
}

async function until(dueMs: number, mended: AbortSignal): Promise<void> {
  const ms = dueMs - performance.now();
  if (ms < 1 || mended.aborted) return;
  await wait(ms, undefined, { signal: mended }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
