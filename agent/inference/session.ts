import { OperatorError } from '../domain/errors.ts';
import { int8Overflows } from './processor.ts';
import type { Runs } from './runs.ts';
import { type ExecutionProvider, env, InferenceSession, overlay, type Tensor } from './runtime.ts';
import { tensorrt } from './tensorrt.ts';

export type Provider = 'tensorrt' | 'cuda' | 'cpu';

/** A graph ready to run. */
export interface Graph {
  run(feeds: Record<string, Tensor>): Promise<Readonly<Record<string, Tensor>>>;
}

/** A graph that may be run, and what to call it in messages. */
export interface Offer {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** It computes in half precision, which TensorRT must be allowed to. */
  readonly fp16?: boolean;
}

/** A graph ready to run, the execution provider that really runs it, and which of the graphs on offer it is. */
export interface Session<O extends Offer = Offer> extends Graph {
  readonly provider: Provider;
  readonly offer: O;
}

export interface SessionOptions {
  readonly provider: Provider | 'auto';
  readonly threads: number;
  /** Told of every run. */
  readonly runs?: Runs;
  /** Refuse a graph of which the provider would leave a part to the CPU. */
  readonly alone?: boolean;
}

// From 1.29 on the builds on npm report models, runs and machine to their maker, and keep a device id and what is still
// to be sent below $HOME/.cache. Read when the first session is made; children inherit it.
process.env.ORT_DISABLE_TELEMETRY = '1';
// Trying providers is how they are found; the library's own account of each failure would look like trouble.
env.logLevel = 'fatal';

const INT8_OVERFLOWS = int8Overflows();

const CANDIDATES: Record<SessionOptions['provider'], readonly Provider[]> = {
  auto: ['tensorrt', 'cuda', 'cpu'],
  tensorrt: ['tensorrt'],
  cuda: ['cuda'],
  cpu: ['cpu'],
};

/** Only a binding with our patch reads options; any other would ignore them without a word. */
function configured(provider: Provider, { fp16 = false }: Offer): ExecutionProvider {
  if (provider !== 'tensorrt' || overlay?.tensorrtOptions !== true) return provider;
  return tensorrt(fp16, process.env.CACHE_DIRECTORY);
}

async function create<O extends Offer>(
  offer: O,
  provider: Provider,
  { threads, runs, alone = false }: SessionOptions,
): Promise<Session<O>> {
  const session = await InferenceSession.create(offer.bytes, {
    executionProviders: [configured(provider, offer)],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
    extra: {
      session: {
        // Threads that spin while they wait take a whole core from the decoder for nothing.
        intra_op: { allow_spinning: '0' },
        x64quantprecision: INT8_OVERFLOWS ? '1' : '0',
        disable_cpu_ep_fallback: alone && provider !== 'cpu' ? '1' : '0',
      },
    },
  });
  const run: Graph['run'] = (feeds) => session.run(feeds) as Promise<Record<string, Tensor>>;
  return { provider, offer, run: runs?.watched(run) ?? run };
}

/** One graph for every provider, or the graphs for each, best first. */
export type Offers<O extends Offer> = O | ((provider: Provider) => readonly O[]);

/**
 * A session on the provider asked for. `listSupportedBackends()` knows only what the library was compiled for, so the
 * proof is a session that exists, and `probe`, when given, a run that worked on it. `auto` takes the first provider that
 * passes with any of its graphs; a named one never falls back to another.
 *
 * @throws OperatorError `provider-unavailable` (exit code 4), `model-unusable` when even the CPU refuses the graph
 */
export async function createSession<O extends Offer>(
  offers: Offers<O>,
  options: SessionOptions,
  probe?: Record<string, Tensor>,
): Promise<Session<O>> {
  const { provider } = options;
  const offersOn = typeof offers === 'function' ? offers : () => [offers];
  const refusals: string[] = [];
  for (const candidate of CANDIDATES[provider])
    for (const offer of offersOn(candidate))
      try {
        const session = await create(offer, candidate, options);
        if (probe !== undefined) await session.run(probe);
        return session;
      } catch (error) {
        const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
        refusals.push(`${offer.name} on ${candidate}: ${line}`);
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
