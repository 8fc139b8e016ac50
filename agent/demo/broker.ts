import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';

/** An MQTT broker inside this process, on loopback only, so that the demo needs nobody's infrastructure. */
export async function startBroker(): Promise<AsyncDisposable & { readonly url: string }> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}
