import { createHash } from 'node:crypto';
import { canonical, type Json } from '../domain/canonical.ts';
import { withoutSecrets } from '../domain/secrets-in-text.ts';
import type { Config } from './schema.ts';

function open(value: Json): Json {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner as Json)]));
}

const sha256 = (value: Json): string =>
  createHash('sha256')
    .update(canonical(open(value)))
    .digest('hex');

/**
 * SHA-256 of the configuration with every default, as canonical JSON (RFC 8785) and without secrets: a short password
 * could be found by trying.
 */
export const fingerprint = (config: Config): string => sha256(config as unknown as Json);

/** SHA-256 of the definitions of success alone, made the same way; undefined where there are none. */
export const kpiFingerprint = ({ kpi }: Pick<Config, 'kpi'>): string | undefined =>
  kpi === undefined ? undefined : sha256(kpi as unknown as Json);
