import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this installation: the nearest one above this file with our package.json, from sources and from dist alike. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export const ROOT = findRoot();
export const MODELS_FOLDER = join(ROOT, 'models');
export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string })
  .version;

/** Where the configuration is when nobody says. */
export const defaultConfigPath = (env: NodeJS.ProcessEnv): string =>
  env.MICRON_EDGE_CONFIG ?? '/etc/micron-edge';
