import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Ledger } from '../aggregate/ledger.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { readCredentials, readSecret } from '../config/secrets.ts';
import { headCounts } from '../config/zones.ts';
import { EXIT } from '../domain/errors.ts';
import { requirePermission } from '../governance/gate.ts';
import { defaultConfigPath, VERSION } from '../installation.ts';
import type { Io } from '../main.ts';
import { loadConfigured } from '../models/configured.ts';
import type { MicronBertManifest } from '../models/manifest.ts';
import type { VerifiedModel } from '../models/verify.ts';
import { Publisher, type PublisherOptions } from '../publish/publisher.ts';
import type { SignalContext } from '../publish/signal.ts';
import { supervise } from '../supervise/supervisor.ts';

/**
 * `micron-edge run [CONFIG]`: permission first, then models, secrets and ledger, and only then the network. Whatever is
 * wrong before the first camera ends with its own message and exit code; afterwards nothing but a signal ends it.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [path = defaultConfigPath(process.env), ...rest] = positionals;
  if (rest.length > 0) {
    io.err('Usage: micron-edge run [CONFIG]\n');
    return EXIT.config;
  }
  const { config } = await loadConfig(path);
  requirePermission(config, new Date());
  const { micronBert } = await loadConfigured(config);
  await verifySecrets(config);

  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const log = pino({ level: config.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  await using ledger = await Ledger.open(process.env.STATE_DIRECTORY ?? config.state.folder, Date.now());
  await using publisher = new Publisher(await publisherOptions(config), contextOf(config, micronBert), {
    onConnected: () => log.info({}, 'connected to the broker'),
    onTrouble: ({ code, message, remedy }) => log.warn({ code, remedy }, message),
  });
  log.info({ node: config.node.id, purpose: config.governance.purpose, version: VERSION }, 'started');
  await supervise(config, publisher, ledger, log, ended.signal);
  log.info({}, 'stopped');
  return EXIT.ok;
}

/** Once before the start, so that a missing file is said at once and not by each camera in turn. */
async function verifySecrets(config: Config): Promise<void> {
  for (const { credentialsFile } of config.cameras)
    if (credentialsFile !== undefined) await readCredentials(credentialsFile);
}

function contextOf(config: Config, { manifest, hash }: VerifiedModel<MicronBertManifest>): SignalContext {
  const { name, version, trained, evidence, validatedOn } = manifest;
  return {
    node: config.node.id,
    purpose: config.governance.purpose,
    slotSeconds: config.aggregation.slotS,
    model: { name, version, hash, trained, evidence, validatedOn },
    headCounts: headCounts(config),
  };
}

async function publisherOptions({ mqtt }: Config): Promise<PublisherOptions> {
  const { username, passwordFile, tls } = mqtt;
  const content = async (file: string | undefined) => (file === undefined ? undefined : readFile(file));
  const [ca, cert, key] = await Promise.all([
    content(tls?.caFile),
    content(tls?.certFile),
    content(tls?.keyFile),
  ]);
  return {
    url: mqtt.url,
    version: mqtt.version,
    baseTopic: mqtt.baseTopic,
    keepaliveS: mqtt.keepaliveS,
    software: VERSION,
    ...(username === undefined || passwordFile === undefined
      ? {}
      : { login: { username, password: await readSecret(passwordFile) } }),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
}
