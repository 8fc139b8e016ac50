import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { kpiFingerprint } from '../config/fingerprint.ts';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secrets.ts';
import { headCounts, namesOfZones } from '../config/zones.ts';
import { OperatorError } from '../domain/errors.ts';
import { VERSION } from '../installation.ts';
import type { MicronBertManifest } from '../models/manifest.ts';
import type { VerifiedModel } from '../models/verify.ts';
import type { Connection } from './connection.ts';
import { announcementOf } from './discovery.ts';
import type { Plant, PublisherOptions } from './publisher.ts';
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

const missing = (file: string) => (cause: NodeJS.ErrnoException) => {
  throw new OperatorError(
    'environment',
    'certificate-unreadable',
    `${file} cannot be read (${cause.code}).`,
    {
      remedy: 'Put it there, readable by the user of the service.',
      cause,
    },
  );
};

/** Certificates and key, read and looked at: a wrong one is found at the start, not by the first connection. */
async function tlsOf({ mqtt: { tls } }: Config): Promise<NonNullable<Connection['tls']>> {
  const content = async (file: string | undefined) =>
    file === undefined ? undefined : readFile(file).catch(missing(file));
  const [ca, cert, key] = await Promise.all([
    content(tls?.caFile),
    content(tls?.certFile),
    content(tls?.keyFile),
  ]);
  const read = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  try {
    createSecureContext(read);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(
      'environment',
      'certificate-invalid',
      `The files in mqtt.tls are no certificate and key that belong together (${code ?? 'not PEM'}).`,
      {
        remedy:
          'They are PEM; the key is without a passphrase, and is the one that the certificate was made for.',
      },
    );
  }
  return read;
}

/** The broker as configured, with its secrets read. @throws OperatorError secret-*, certificate-* */
export async function connectionOf(config: Config): Promise<Connection> {
  const { url, version, keepaliveS, username, passwordFile } = config.mqtt;
  return {
    url,
    version,
    keepaliveS,
    ...(username === undefined || passwordFile === undefined
      ? {}
      : { login: { username, password: await readSecret(passwordFile) } }),
    tls: await tlsOf(config),
  };
}

/** Everybody that a node speaks through, and how. */
export interface PublishOptions {
  readonly publisher: Omit<PublisherOptions, 'queue'>;
  readonly sparkplug?: Omit<EdgeNodeOptions, 'queue'>;
}

/** What a node tells of; the rest of its connection does not change while it runs. */
export function plantOf(config: Config): Plant {
  const { mqtt, node, cameras } = config;
  const names = namesOfZones(config);
  const zones = [...headCounts(config)].map(([id, headCount]) => ({ id, name: names.get(id)!, headCount }));
  const ids = cameras.map(({ id }) => id);
  if (mqtt.discovery === undefined) return { zones, cameras: ids };
  const announcement = announcementOf({
    prefix: mqtt.discovery.prefix,
    baseTopic: mqtt.baseTopic,
    node: node.id,
    software: VERSION,
    zones: zones.map(({ id }) => id),
    cameras: ids,
  });
  return { zones, cameras: ids, announcement };
}

/** @throws OperatorError secret-*, certificate-* */
export async function publishOptions(config: Config): Promise<PublishOptions> {
  const { mqtt, node, cameras } = config;
  const connection = await connectionOf(config);
  const { announcement } = plantOf(config);
  const kpi = kpiFingerprint(config);
  const same = { connection, node: node.id, software: VERSION };
  return {
    publisher: {
      ...same,
      baseTopic: mqtt.baseTopic,
      ...(announcement === undefined ? {} : { announcement }),
      ...(kpi === undefined ? {} : { kpi }),
    },
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
