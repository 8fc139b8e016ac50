import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secrets.ts';
import { headCounts } from '../config/zones.ts';
import { VERSION } from '../installation.ts';
import type { MicronBertManifest } from '../models/manifest.ts';
import type { VerifiedModel } from '../models/verify.ts';
import type { Connection } from './connection.ts';
import type { PublisherOptions } from './publisher.ts';
import type { SignalContext } from './signal.ts';
import type { EdgeNodeOptions } from './sparkplug/edge-node.ts';

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

/** The broker as configured, with its secrets read. @throws OperatorError secret-* */
async function connectionOf({ mqtt }: Config): Promise<Connection> {
  const { url, version, keepaliveS, username, passwordFile, tls } = mqtt;
  const content = async (file: string | undefined) => (file === undefined ? undefined : readFile(file));
  const [ca, cert, key] = await Promise.all([
    content(tls?.caFile),
    content(tls?.certFile),
    content(tls?.keyFile),
  ]);
  return {
    url,
    version,
    keepaliveS,
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

/** Everybody that a node speaks through, and how. */
export interface PublishOptions {
  readonly publisher: PublisherOptions;
  readonly sparkplug?: EdgeNodeOptions;
}

/** @throws OperatorError secret-* */
export async function publishOptions(config: Config): Promise<PublishOptions> {
  const { mqtt, node, cameras } = config;
  const connection = await connectionOf(config);
  const same = { connection, node: node.id, software: VERSION };
  return {
    publisher: { ...same, baseTopic: mqtt.baseTopic },
    ...(mqtt.sparkplug === undefined
      ? {}
      : {
          sparkplug: {
            ...same,
            group: mqtt.sparkplug.group,
            zones: [...headCounts(config).keys()],
            cameras: cameras.map(({ id }) => id),
            ...(mqtt.sparkplug.primaryHost === undefined ? {} : { primaryHost: mqtt.sparkplug.primaryHost }),
          },
        }),
  };
}
