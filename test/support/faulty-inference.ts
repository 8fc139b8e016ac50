import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { InferenceSession } from 'onnxruntime-node';

/**
 * Preloaded into processes under test (`NODE_OPTIONS=--import`, see `faultyInference` in `faults-of-inference.ts`): runs
 * of networks become slow or never come back, while a file says so. The daemon has no such switch and knows nothing of it.
 */
export type InferenceFault =
  /** Each run takes so much longer, and like a real one blocks the event loop meanwhile. */
  | { readonly slowMs: number }
  /** The same, but the event loop goes on meanwhile, as with a GPU that is slow. */
  | { readonly waitsMs: number }
  /** It never comes back: the event loop stands still, as with a driver that hangs, or goes on. */
  | { readonly hangs: 'blocking' | 'waiting' };

const path = process.env.MICRON_EDGE_TEST_INFERENCE;

function fault(): InferenceFault | undefined {
  try {
    return JSON.parse(readFileSync(path!, 'utf8')) as InferenceFault;
  } catch {
    // No file: nothing is wrong.
    return undefined;
  }
}

if (path !== undefined && isMainThread) {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  const create = InferenceSession.create.bind(InferenceSession) as (
    ...args: unknown[]
  ) => Promise<InferenceSession>;
  const faulty = async (...args: unknown[]): Promise<InferenceSession> => {
    const session = await create(...args);
    const run = session.run.bind(session) as (...args: unknown[]) => ReturnType<InferenceSession['run']>;
    session.run = (async (...feeds: unknown[]) => {
      const now = fault();
      if (now !== undefined && 'slowMs' in now) Atomics.wait(nobody, 0, 0, now.slowMs);
      if (now !== undefined && 'waitsMs' in now)
        await new Promise((resolve) => setTimeout(resolve, now.waitsMs));
      if (now !== undefined && 'hangs' in now) {
        if (now.hangs === 'blocking') Atomics.wait(nobody, 0, 0);
        await new Promise(() => {});
      }
      return run(...feeds);
    }) as InferenceSession['run'];
    return session;
  };
  (InferenceSession as { create: unknown }).create = faulty;
}
