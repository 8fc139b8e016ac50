import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import * as checks from '../doctor/checks.ts';
import { EXIT } from '../domain/errors.ts';
import { MODELS_FOLDER } from '../installation.ts';
import type { Io } from '../main.ts';
import { verifyAll } from '../models/verify.ts';

const PORTS: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883, 'rtsp:': 554, 'rtsps:': 322 };

async function models(): Promise<checks.Finding[]> {
  return (await verifyAll(MODELS_FOLDER)).map((result) =>
    result.ok
      ? { what: 'model', well: true, found: `${result.model.manifest.name} ${result.model.manifest.version}` }
      : { what: 'model', well: false, found: result.error.message, fix: result.error.remedy ?? '' },
  );
}

async function configured(path: string): Promise<checks.Finding[]> {
  const { config } = await loadConfig(path);
  const state = process.env.STATE_DIRECTORY ?? config.state.folder;
  const address = (what: string, url: string) => {
    const { hostname, port, protocol } = new URL(url);
    return checks.reachable(what, hostname.replace(/^\[|\]$/g, ''), Number(port) || PORTS[protocol]!);
  };
  return Promise.all([
    checks.writable('state', state).then(async (finding) =>
      // The service makes the folder itself when it may.
      finding.well
        ? finding
        : (await checks.writable('state', dirname(state))).well
          ? { what: finding.what, well: true, found: `${state} will be made` }
          : finding,
    ),
    address('broker', config.mqtt.url),
    ...config.cameras
      .filter(({ url }) => !url.startsWith('file:'))
      .map(({ id, url }) => address(`camera ${id}`, url)),
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
