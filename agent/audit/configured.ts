import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../domain/clock.ts';
import { AuditLog } from './log.ts';

const DAY_MS = 86_400_000;

/** Where the audit log of a state folder is. */
export const auditFolder = (stateFolder: string): string => join(stateFolder, 'audit');

/** @throws OperatorError audit-unwritable, audit-broken (exit code 4) */
export function openAudit(
  stateFolder: string,
  { audit, governance }: Config,
  clock: Clock,
): Promise<AuditLog> {
  return AuditLog.open(auditFolder(stateFolder), {
    clock,
    fileBytes: audit.fileKb * 1024,
    fileMs: audit.fileDays * DAY_MS,
    keepMs: governance.retention.auditDays * DAY_MS,
  });
}
