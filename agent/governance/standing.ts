import type { Config } from '../config/schema.ts';
import { judge, type Verdict } from './gate.ts';
import type { Pause } from './pause.ts';
import { isOpen } from './schedule.ts';

/** Whether cameras may be connected at this moment, and if not, why not. */
export type Standing =
  | { readonly state: 'watching' }
  | { readonly state: 'refused'; readonly reasons: readonly (Verdict['code'] | 'audit-unwritable')[] }
  | { readonly state: 'paused'; readonly pause: Pause }
  | { readonly state: 'closed' };

/**
 * Law before pause before hours: what a resume lifts is the pause and nothing else, and a paper that expires while the
 * daemon runs counts from that moment.
 */
export function standingOf(config: Config, pause: Pause | undefined, now: Date): Standing {
  const reasons = judge(config, now).map(({ code }) => code);
  if (reasons.length > 0) return { state: 'refused', reasons };
  if (pause !== undefined) return { state: 'paused', pause };
  return isOpen(config.schedule, now) ? { state: 'watching' } : { state: 'closed' };
}
