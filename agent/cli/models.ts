import { parseArgs } from 'node:util';
import { EXIT } from '../domain/errors.ts';
import { MODELS_FOLDER } from '../installation.ts';
import type { Io } from '../main.ts';
import { verifyAll } from '../models/verify.ts';

/** `micron-edge models verify [FOLDER]`: every model below the folder against its manifest. */
export async function models(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [action, folder = MODELS_FOLDER, ...rest] = positionals;
  if (action !== 'verify' || rest.length > 0) {
    io.err('Usage: micron-edge models verify [FOLDER]\n');
    return EXIT.config;
  }
  let exit: number = EXIT.ok;
  for (const result of await verifyAll(folder)) {
    if (result.ok) {
      const { name, version, kind } = result.model.manifest;
      io.out(`fine    ${name} ${version} (${kind}), hash ${result.model.hash}\n`);
    } else {
      io.err(`broken  ${result.folder}: ${result.error.message}\n        ${result.error.remedy ?? ''}\n`);
      exit = EXIT.environment;
    }
  }
  return exit;
}
