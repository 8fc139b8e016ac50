import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from './schema.ts';

/** Files whose content is held in memory by those who use it, by the keys that name them: `cameras.press-2.credentialsFile`. */
function filesOf({ mqtt, cameras, page }: Config): Map<string, string> {
  const named: readonly [string, string | undefined][] = [
    ['mqtt.passwordFile', mqtt.passwordFile],
    ['mqtt.tls.caFile', mqtt.tls?.caFile],
    ['mqtt.tls.certFile', mqtt.tls?.certFile],
    ['mqtt.tls.keyFile', mqtt.tls?.keyFile],
    ['page.tokenFile', page?.tokenFile],
    ...cameras.map(({ id, credentialsFile }): [string, string | undefined] => [
      `cameras.${id}.credentialsFile`,
      credentialsFile,
    ]),
  ];
  return new Map(named.flatMap(([key, file]) => (file === undefined ? [] : [[key, file]])));
}

/**
 * Notices when a file with a secret or a certificate holds something else than before. What it keeps is a mark of each
 * (HMAC-SHA256, RFC 2104) under a key that is drawn anew by each process and never leaves it: a short password cannot be
 * found from that by trying.
 */
export class HeldFiles {
  readonly #key = randomBytes(32);
  #marks: ReadonlyMap<string, string> = new Map();

  /** What they hold now is what is in use. */
  static async of(config: Config): Promise<HeldFiles> {
    const held = new HeldFiles();
    held.#marks = await held.#markOf(config);
    return held;
  }

  /**
   * Keys of files that hold something else now. Those that the configuration did not name before are none.
   *
   * @returns with a function to be called when that is in use; until then it is told again
   */
  async changes(config: Config): Promise<{ readonly keys: readonly string[]; taken(): void }> {
    const now = await this.#markOf(config);
    const keys = [...now.keys()].filter(
      (key) => this.#marks.has(key) && this.#marks.get(key) !== now.get(key),
    );
    return {
      keys,
      taken: () => {
        this.#marks = now;
      },
    };
  }

  async #markOf(config: Config): Promise<ReadonlyMap<string, string>> {
    const marks = new Map<string, string>();
    for (const [key, file] of filesOf(config)) {
      // One that cannot be read is found by whoever uses it, with words for it.
      const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === undefined) throw error;
        return undefined;
      });
      const mark = createHmac('sha256', this.#key);
      marks.set(
        key,
        content === undefined ? 'unreadable' : mark.update(`${file}\0`).update(content).digest('hex'),
      );
    }
    return marks;
  }
}
