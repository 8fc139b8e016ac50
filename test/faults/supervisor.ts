import { until } from '../support/until.ts';
import { type Faults, WITHIN } from './fault.ts';
import type { Site } from './site.ts';

/** What systemd does when the watchdog is not fed any more (WatchdogSec=): agent/supervise/watchdog.ts only stops. */
async function bite(site: Site): Promise<void> {
  const before = site.daemon.pid;
  process.kill(before, 'SIGKILL');
  await until(() => site.daemon.pid !== before, 'a new start', WITHIN);
}
const isStuck = (part: string) => new RegExp(`"code":"stuck","part":"${part}"`);

/** Levels at which the supervisor itself gets nowhere: it says so, and is no longer fed to the watchdog. */
export const ofSupervisor: Faults = {
  'releases: the disk does not answer': {
    begin: ({ inside }) => inside.disk.begin(true),
    sees: (site) => site.says(isStuck('releases')),
    async end(site) {
      site.inside.disk.end();
      await site.signalAfterNow('a signal, without a new start');
    },
  },
  'windows: the clock on the wall stands still': {
    begin: ({ inside }) => inside.clock.stand(),
    sees: (site) => site.says(isStuck('windows')),
    async end(site) {
      site.inside.clock.end();
      await bite(site);
      await site.signalAfterNow('a signal after a new start');
    },
  },
};
