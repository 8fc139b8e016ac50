import { openAudit } from '../audit/configured.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { refusal, requirePermission } from '../governance/gate.ts';
import { pausesIn } from '../governance/pause.ts';
import { standingOf } from '../governance/standing.ts';
import { systemClock } from '../state/clock.ts';
import { stateFolderOf } from '../state/folder.ts';
import { StateLock } from '../state/lock.ts';

/**
 * What `run` asks before it connects a camera, for commands that look through one themselves: permission, no pause, open
 * hours, an entry in the audit log, and no daemon on the same state folder. Holds until it is disposed of.
 *
 * @throws OperatorError governance-refused, not-watching, state-locked and others of the state folder
 */
export async function mayWatch(config: Config, event: AuditEvent): Promise<AsyncDisposable> {
  const now = new Date();
  requirePermission(config, now);
  const folder = stateFolderOf(config, process.env);
  const standing = standingOf(config, (await pausesIn(folder))[0], now);
  if (standing.state === 'refused') throw refusal([]);
  if (standing.state !== 'watching')
    throw new OperatorError(
      'governance',
      'not-watching',
      `No camera may be connected now (${standing.state}).`,
      {
        remedy:
          standing.state === 'paused' ? 'micron-edge resume lifts a pause.' : 'Come back within the hours.',
      },
    );
  const lock = await StateLock.take(folder);
  try {
    await using audit = await openAudit(folder, config, systemClock());
    await audit.append(event);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
  return lock;
}
