import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secrets.ts';
import { headCounts } from '../config/zones.ts';
import { VERSION } from '../installation.ts';
import type { MicronBertManifest } from '../models/manifest.ts';
import type { VerifiedModel } from '../models/verify.ts';
import type { PublisherOptions } from './publisher.ts';
import type { SignalContext } from './signal.ts';

/** What every signal says besides its numbers. */
export function contextOf(
  config: Config,
  { manifest, hash }: VerifiedModel<MicronBertManifest>,
): SignalContext {
  const { name, version, trained, evidence, validatedOn } = manifest;
  return {
    node: config.node.id,
    purpose: config.governance.purpose,
    slotSeconds: config.aggregation.slotS,
    model: { name, version, hash, trained, evidence, validatedOn },
    headCounts: headCounts(config),
  };
}

/** The connection as configured, with its secrets read. @throws OperatorError secret-* */
export async function publisherOptions({ mqtt, node }: Config): Promise<PublisherOptions> {
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
    node: node.id,
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
