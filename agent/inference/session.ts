import { env, InferenceSession, type Tensor } from 'onnxruntime-node';
import { OperatorError } from '../domain/errors.ts';

export type Provider = 'tensorrt' | 'cuda' | 'cpu';

/** A graph ready to run. */
export interface Graph {
  run(feeds: Record<string, Tensor>): Promise<Readonly<Record<string, Tensor>>>;
}

/** The same, and the execution provider that really runs it. */
export interface Session extends Graph {
  readonly provider: Provider;
}

export interface SessionOptions {
  readonly provider: Provider | 'auto';
  readonly threads: number;
}

// Trying providers is how they are found; the library's own account of each failure would look like trouble.
env.logLevel = 'fatal';

const CANDIDATES: Record<SessionOptions['provider'], readonly Provider[]> = {
  auto: ['tensorrt', 'cuda', 'cpu'],
  tensorrt: ['tensorrt'],
  cuda: ['cuda'],
  cpu: ['cpu'],
};

async function create(model: Uint8Array, provider: Provider, threads: number): Promise<Session> {
  const session = await InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
    // Threads that spin while they wait take a whole core from the decoder for nothing.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return { provider, run: (feeds) => session.run(feeds) as Promise<Record<string, Tensor>> };
}

/**
 * A session on the provider asked for. `listSupportedBackends()` knows only what the library was compiled for, so the
 * proof is a session that exists, and `probe`, when given, a run that worked on it. `auto` takes the first provider that
 * passes; a named one never falls back to another.
 *
 * @throws OperatorError `provider-unavailable` (exit code 4), `model-unusable` when even the CPU refuses the graph
 */
export async function createSession(
  model: Uint8Array,
  { provider, threads }: SessionOptions,
  probe?: Record<string, Tensor>,
): Promise<Session> {
  const refusals: string[] = [];
  for (const candidate of CANDIDATES[provider]) {
    try {
      const session = await create(model, candidate, threads);
      if (probe !== undefined) await session.run(probe);
      return session;
    } catch (error) {
      const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
      refusals.push(`${candidate}: ${line}`);
    }
  }
  const onCpu = provider === 'auto' || provider === 'cpu';
  throw new OperatorError(
    'environment',
    onCpu ? 'model-unusable' : 'provider-unavailable',
    onCpu
      ? `ONNX Runtime cannot run the model (${refusals.join('; ')}).`
      : `inference.provider is ${provider}, and this machine cannot run it (${refusals.join('; ')}).`,
    {
      remedy: onCpu
        ? 'Verify the files with `micron-edge models verify`.'
        : 'Install an ONNX Runtime with that provider (see deploy/README.md), or set inference.provider to auto or cpu.',
    },
  );
}
