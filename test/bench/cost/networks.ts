import { InferenceSession } from 'onnxruntime-node';
import { ownMs } from './processor.ts';

/** Runs of one network with inputs of one shape. */
export interface NetworkRuns {
  runs: number;
  /** CPU time of this process while they lasted, milliseconds. */
  cpuMs: number;
}

/** By network and shape of what went in, such as `detector 1x3x96x128`. */
export type NetworkCounts = Record<string, NetworkRuns>;

/** Which of the three a session is, by the names of its inputs. */
const NAMES: Readonly<Record<string, string>> = { crops: 'encoder', onset: 'comparator', input: 'detector' };

type Feeds = Readonly<Record<string, { readonly dims: readonly number[] }>>;
type Run = (feeds: Feeds) => Promise<unknown>;

/**
 * Counts the runs of every network that this process makes from now on, and what they take. The run of ONNX Runtime
 * for Node.js begins in a turn of the event loop of its own, so what else comes in that turn is counted with it: time
 * them where nothing else goes on.
 *
 * @param onRun called before each run
 */
export function countNetworks(onRun?: () => void): NetworkCounts {
  const counts: NetworkCounts = {};
  const create = InferenceSession.create.bind(InferenceSession) as (
    ...args: unknown[]
  ) => Promise<InferenceSession>;
  const counted = async (...args: unknown[]): Promise<InferenceSession> => {
    const session = await create(...args);
    const network = NAMES[session.inputNames[0]!] ?? session.inputNames[0]!;
    const run = session.run.bind(session) as unknown as Run;
    const counting: Run = async (feeds) => {
      const key = `${network} ${Object.values(feeds)[0]!.dims.join('x')}`;
      const before = ownMs();
      try {
        onRun?.();
        return await run(feeds);
      } finally {
        counts[key] ??= { runs: 0, cpuMs: 0 };
        counts[key].runs++;
        counts[key].cpuMs += ownMs() - before;
      }
    };
    session.run = counting as unknown as typeof session.run;
    return session;
  };
  (InferenceSession as { create: unknown }).create = counted;
  return counts;
}

export const networkMs = (counts: NetworkCounts): number =>
  Object.values(counts).reduce((sum, { cpuMs }) => sum + cpuMs, 0);

export const copyOfCounts = (counts: NetworkCounts): NetworkCounts => structuredClone(counts);

/** Runs between two looks at the same counts. */
export const runsSince = (before: NetworkCounts, after: NetworkCounts): Map<string, number> =>
  new Map(
    Object.entries(after)
      .map(([key, { runs }]): [string, number] => [key, runs - (before[key]?.runs ?? 0)])
      .filter(([, runs]) => runs > 0),
  );
