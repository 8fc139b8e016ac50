import { TOPIC } from '../support/plant.ts';
import { until } from '../support/until.ts';
import { type Faults, WITHIN } from './fault.ts';
import { treeOf } from './tree.ts';

export const ofProcesses: Faults = {
  'process: decoder killed': {
    begin: (site) => process.kill(site.pidOf('decoder'), 'SIGKILL'),
    shows: 'waiting ended',
  },
  'process: decoder frozen': {
    begin: (site) => process.kill(site.pidOf('decoder'), 'SIGSTOP'),
    shows: 'waiting stalled',
  },
  'process: camera process killed': {
    begin: (site) => process.kill(site.pidOf('camera'), 'SIGKILL'),
    sees: (site) => until(() => site.health.cameras[0].restarts >= 1, 'the restart in health', WITHIN),
  },
  'process: camera process frozen': {
    begin(site) {
      const pid = site.pidOf('camera');
      process.kill(pid, 'SIGSTOP');
      return until(() => !treeOf(site.daemon.pid).some((each) => each.pid === pid), 'its end', WITHIN);
    },
    sees: (site) => until(() => site.health.cameras[0].restarts >= 2, 'the restart in health', WITHIN),
  },
  'process: supervisor killed': {
    async begin(site) {
      const before = site.daemon.pid;
      process.kill(before, 'SIGKILL');
      await until(() => site.daemon.pid !== before, 'a new start', WITHIN);
    },
    sees: (site) =>
      until(
        () =>
          site.messages.some(({ topic, body }) => topic === `${TOPIC}/status` && body.state === 'offline'),
        'the last will',
        WITHIN,
      ),
  },
};
