import { Worker } from 'node:worker_threads';
import type { Runs } from '../inference/runs.ts';
import { HUNG_SIGNAL } from './messages.ts';

/** What the second thread is given. */
export interface LookoutData {
  readonly cells: Int32Array;
  readonly pid: number;
  readonly signal: NodeJS.Signals;
}

/**
 * A second thread that does nothing but look whether a run of a network hangs, and ends the process by a signal that says
 * so. It needs neither the event loop of the first nor its consent.
 */
export function lookOut(runs: Runs): void {
  const data: LookoutData = { cells: runs.cells, pid: process.pid, signal: HUNG_SIGNAL };
  new Worker(new URL('./lookout-thread.js', import.meta.url), {
    workerData: data,
    // Nothing of what the first thread was started with concerns it, and it holds no pictures.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  }).unref();
}
