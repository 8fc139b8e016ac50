import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import * as checks from '../doctor/checks.ts';
import { EXIT } from '../domain/errors.ts';
import { MODELS_FOLDER } from '../installation.ts';
import type { Io } from '../main.ts';
import { verifyAll } from '../models/verify.ts';

async function models(): Promise<checks.Finding[]> {
  return (await verifyAll(MODELS_FOLDER)).map((result) =>
    result.ok
      ? { what: 'model', well: true, found: `${result.model.manifest.name} ${result.model.manifest.version}` }
      : { what: 'model', well: false, found: result.error.message, fix: result.error.remedy ?? '' },
  );
}

async function configured(path: string): Promise<checks.Finding[]> {
  const { config } = await loadConfig(path);
  return Promise.all([
    checks.stateFolder(process.env.STATE_DIRECTORY ?? config.state.folder),
    checks.reachable('broker', config.mqtt.url),
    ...config.cameras
      .filter(({ url }) => !url.startsWith('file:'))
      .map(({ id, url }) => checks.reachable(`camera ${id}`, url)),
  ]);
}

/** `micron-edge doctor [CONFIG]`: 0 when all is well, 4 when something is lacking; each with its fix. */
export async function doctor(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [path] = positionals;
  const findings = [
    checks.nodeVersion(process.versions.node),
    checks.clock(new Date()),
    await checks.ffmpeg(),
    await checks.decoders(),
    ...(await models()),
    ...(path === undefined ? [] : await configured(path)),
  ];
  for (const { what, well, found, fix } of findings)
    io.out(
      `${well ? 'fine   ' : 'LACKING'}  ${what.padEnd(14)} ${found}${fix === undefined ? '' : `\n           ${fix}`}\n`,
    );
  return findings.every(({ well }) => well) ? EXIT.ok : EXIT.environment;
}
