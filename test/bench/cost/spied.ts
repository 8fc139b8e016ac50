import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { FromCamera } from '../../../agent/camera/messages.ts';
import { countNetworks, type NetworkCounts } from './networks.ts';

/**
 * Preloaded into the daemon's processes by the bench (`NODE_OPTIONS=--import`): a camera process writes down how often it
 * ran which network, when it looked at its first picture and when it first had a slot to tell. It does so at these two
 * moments, and when it is asked by SIGUSR2. The daemon has no such switch and knows nothing of it.
 */
export interface Spied {
  readonly counts: NetworkCounts;
  /** Wall clock, milliseconds. */
  readonly firstLookMs?: number;
  readonly firstSlotMs?: number;
  /** Pictures that have come, looked at or not, as the camera process told until `heardMs` (monotonic, milliseconds). */
  readonly arrived: number;
  readonly heardMs: number;
  /** How often it was asked. */
  readonly asked: number;
}

export const FOLDER_VARIABLE = 'MICRON_EDGE_BENCH_FOLDER';
/** Between the first and the second question a CPU profile is taken, and written beside. */
export const PROFILE_VARIABLE = 'MICRON_EDGE_BENCH_PROFILE';
/** Microseconds between two samples. */
const SAMPLE_US = 1_000;

const folder = process.env[FOLDER_VARIABLE];
if (folder !== undefined && isMainThread && process.argv[1]?.endsWith('camera/main.js')) {
  const path = join(folder, `${process.pid}`);
  const moments: { firstLookMs?: number; firstSlotMs?: number } = {};
  let asked = 0;
  let arrived = 0;
  let heardMs = performance.now();
  const write = () =>
    writeFileSync(
      `${path}.json`,
      JSON.stringify({ counts, ...moments, arrived, heardMs, asked } satisfies Spied),
    );
  const note = (moment: keyof typeof moments) => {
    if (moments[moment] !== undefined) return;
    moments[moment] = Date.now();
    write();
  };
  // The encoder is tried once before the first picture.
  let runs = 0;
  const counts = countNetworks(() => {
    if (++runs === 2) note('firstLookMs');
  });
  const send = process.send?.bind(process) as
    | ((message: FromCamera, ...rest: unknown[]) => boolean)
    | undefined;
  if (send !== undefined)
    process.send = ((message: FromCamera, ...rest: unknown[]) => {
      if (message.type === 'slots') note('firstSlotMs');
      if (message.type === 'health') {
        arrived += message.load.arrived;
        heardMs = performance.now();
      }
      return send(message, ...rest);
    }) as NonNullable<typeof process.send>;

  const session = process.env[PROFILE_VARIABLE] === undefined ? undefined : new Session();
  const profile = async () => {
    if (session === undefined) return;
    if (asked === 0) {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
      await session.post('Profiler.start');
    } else writeFileSync(`${path}.cpuprofile`, JSON.stringify((await session.post('Profiler.stop')).profile));
  };
  process.on('SIGUSR2', () => {
    void profile().then(() => {
      asked++;
      write();
    });
  });
}
