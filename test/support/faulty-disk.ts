import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Preloaded into processes under test, as `faulty-inference.ts` is: nothing reaches the medium while a file is there, as
 * with a network drive that does not answer or a card that has hung itself up. It is not an error: nothing comes back.
 */
const path = process.env.MICRON_EDGE_TEST_DISK;
const LOOK_MS = 100;

if (path !== undefined) {
  const file = await open('/dev/null', 'r');
  const handle = Object.getPrototypeOf(file) as { sync(): Promise<void> };
  await file.close();
  const sync = handle.sync;
  handle.sync = async function (this: typeof handle) {
    while (existsSync(path)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return sync.call(this);
  };
}
