import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A cable between a client and a server of this machine, for somebody to pull. */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** What happens to a chunk on its way; undefined loses it. */
  change: (chunk: Buffer, towards: 'client' | 'server') => Buffer | undefined = (chunk) => chunk;
  /** Each chunk is on its way for so long, milliseconds. */
  delayMs = 0;
  /** Upper bound towards the client; 0 is none. */
  bytesPerS = 0;
  /** New connections end at once. */
  refuses = false;

  static async to(port: number, host = '127.0.0.1'): Promise<Relay> {
    const relay = new Relay(port, host);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  private constructor(port: number, host: string) {
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
    this.bytesPerS = 0;
    this.refuses = false;
  }

  async #carry(from: Socket, to: Socket, towards: 'client' | 'server'): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.delayMs > 0) await wait(this.delayMs);
        if (this.bytesPerS > 0 && towards === 'client') await wait((chunk.length / this.bytesPerS) * 1000);
        const changed = this.change(chunk, towards);
        if (changed !== undefined && to.writable && !to.write(changed))
          await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
      }
      to.end();
    } catch {
      // An end that is no end of the stream: the other side learns it by 'close'.
      to.destroy();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    });
  }
}
