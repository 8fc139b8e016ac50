import { workerData } from 'node:worker_threads';
import { RunWatch } from '../inference/runs.ts';
import type { LookoutData } from './lookout.ts';

const LOOK_MS = 500;

const { cells, pid, signal } = workerData as LookoutData;
const watch = new RunWatch(cells);
setInterval(() => {
  if (watch.hangs(performance.now())) process.kill(pid, signal);
}, LOOK_MS);
