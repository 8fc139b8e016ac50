import { fingerprint, kpiFingerprint } from '../config/fingerprint.ts';
import type { Config } from '../config/schema.ts';
import { VERSION } from '../installation.ts';
import type { MicronBertManifest } from '../models/manifest.ts';
import type { VerifiedModel } from '../models/verify.ts';
import type { AuditLog } from './log.ts';

/** With what the daemon starts, and whether that is another configuration than last time. */
export async function recordStart(
  audit: AuditLog,
  config: Config,
  { manifest, hash }: VerifiedModel<MicronBertManifest>,
): Promise<void> {
  const current = fingerprint(config);
  const kpi = kpiFingerprint(config);
  const before = await audit.last(({ event }) => event === 'start');
  const running = await audit.last(({ event }) => event === 'start' || event === 'stop');
  if (before?.event === 'start' && before.detail.config !== current)
    await audit.append({ event: 'config-changed', detail: { from: before.detail.config, to: current } });
  await audit.append({
    event: 'start',
    detail: {
      version: VERSION,
      config: current,
      ...(kpi === undefined ? {} : { kpi }),
      model: { name: manifest.name, version: manifest.version, hash },
      purpose: config.governance.purpose,
      jurisdiction: config.governance.jurisdiction,
      afterCrash: running?.event === 'start',
    },
  });
}
