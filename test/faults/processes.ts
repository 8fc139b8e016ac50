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
  'process: a run of a network does not come back': {
    begin: ({ inside }) => inside.inference.begin({ hangs: 'blocking' }),
    shows: 'waiting inference-hung',
    end: ({ inside }) => inside.inference.end(),
  },
  'process: pictures come and none is looked at': {
    // Each run is back before it would be taken for hung; a picture that needs two is never done.
    begin: ({ inside }) => inside.inference.begin({ waitsMs: 9_300 }),
    shows: 'waiting process-stuck',
    end: ({ inside }) => inside.inference.end(),
  },
  'process: supervisor frozen for longer than a camera process may be silent': {
    async begin(site) {
      const { restarts } = site.health.cameras[0];
      const camera = site.pidOf('camera');
      process.kill(site.daemon.pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 25_000));
      process.kill(site.daemon.pid, 'SIGCONT');
      await site.serves();
      if (site.health.cameras[0].restarts !== restarts || site.pidOf('camera') !== camera)
        throw new Error('the camera process was taken for hung');
    },
    sees: (site) => site.signalAfterNow('a signal after it went on'),
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
