import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../agent/installation.ts';
import type { ClockFault } from './faulty-clock.ts';
import type { InferenceFault } from './faulty-inference.ts';

/** Each is a program that is loaded before the daemon's own, and a variable with the file by which it is spoken to. */
const PRELOADED = {
  inference: ['faulty-inference', 'MICRON_EDGE_TEST_INFERENCE'],
  clock: ['faulty-clock', 'MICRON_EDGE_TEST_CLOCK'],
  disk: ['faulty-disk', 'MICRON_EDGE_TEST_DISK'],
  rates: ['overheard-rates', 'MICRON_EDGE_TEST_RATES'],
} as const;
type Kind = keyof typeof PRELOADED;

/** What cannot be done to a daemon from outside of it: to be started with `env`, files in `folder`. */
export function faultsInside(folder: string) {
  const kinds = Object.keys(PRELOADED) as Kind[];
  const fileOf = (kind: Kind) => join(folder, `${kind}-fault`);
  const imports = kinds.map(
    (kind) => `--import=${pathToFileURL(join(ROOT, `dist/test/support/${PRELOADED[kind][0]}.js`)).href}`,
  );
  const switchOf = <T>(kind: Kind) => ({
    begin: (fault: T) => writeFileSync(fileOf(kind), JSON.stringify(fault)),
    end: () => rmSync(fileOf(kind), { force: true }),
  });
  const clock = switchOf<ClockFault>('clock');
  const aheadMs = (): number => {
    const file = fileOf('clock');
    const fault = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClockFault) : { aheadMs: 0 };
    return 'aheadMs' in fault ? fault.aheadMs : fault.stillAtMs - Date.now();
  };
  return {
    env: {
      NODE_OPTIONS: imports.join(' '),
      ...Object.fromEntries(kinds.map((kind) => [PRELOADED[kind][1], fileOf(kind)])),
    },
    /** Networks are slow, or hang. */
    inference: switchOf<InferenceFault>('inference'),
    /** Nothing reaches the medium. */
    disk: switchOf<true>('disk'),
    clock: {
      ...clock,
      /** What the daemon takes for the time. */
      get wallMs(): number {
        return Date.now() + aheadMs();
      },
      advance: (ms: number) => clock.begin({ aheadMs: aheadMs() + ms }),
      stand: () => clock.begin({ stillAtMs: Date.now() + aheadMs() }),
    },
    /** Looks a second that cameras were granted, in order; undefined: all that come. */
    get granted(): (number | undefined)[] {
      const file = fileOf('rates');
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
      return lines.map((line) => (line === 'all' ? undefined : Number(line)));
    },
  };
}
