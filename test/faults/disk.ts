import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { type Faults, WITHIN } from './fault.ts';

export const ofDisk: Faults = {
  'disk: full': {
    lacks: (site) => !site.hasOwnDisk && 'nothing may be mounted here',
    begin(site) {
      const ballast = join(site.stateFolder, 'ballast');
      // All that is left; dd fails when there is nothing more.
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1k'], { stdio: 'ignore' });
    },
    async sees(site) {
      await until(
        () => site.signals.at(-1)?.body.state === 'withheld' && site.signals.at(-1)?.body.reason === 'ledger',
        'a window that is withheld, because it cannot be recorded',
        WITHIN,
      );
    },
    async end(site) {
      rmSync(join(site.stateFolder, 'ballast'));
      await until(
        () => site.signals.at(-1)?.body.reason !== 'ledger',
        'windows that can be recorded',
        WITHIN,
      );
    },
  },
  'disk: something else in the state folder': {
    begin: ({ stateFolder }) => writeFileSync(join(stateFolder, 'notes.txt'), 'not ours'),
    sees: (site) => site.signalAfterNow('a signal all the same'),
    end: ({ stateFolder }) => rmSync(join(stateFolder, 'notes.txt')),
  },
};
