import { join } from 'node:path';
import { loadConfig } from '../../../agent/config/load.ts';
import { Tensor } from '../../../agent/inference/runtime.ts';
import { createSession, type Graph } from '../../../agent/inference/session.ts';
import { ROOT } from '../../../agent/installation.ts';
import { loadConfigured } from '../../../agent/models/configured.ts';
import { comparatorOffer, encoderOffers } from '../../../agent/models/precision.ts';
import { bareDecodeMs } from './decoding.ts';
import type { FilmSpec, Films } from './films.ts';
import type { Size } from './held.ts';
import { ownMs } from './processor.ts';
import { ANALYSIS } from './subject.ts';

/** The least that the work can take: FFmpeg and the networks, each alone, with nothing around them. */
export class Kernels {
  readonly #films: Films;
  readonly #graphs: Readonly<Record<string, Graph>>;
  readonly #feeds = new Map<string, Record<string, Tensor>>();

  private constructor(films: Films, graphs: Readonly<Record<string, Graph>>) {
    this.#films = films;
    this.#graphs = graphs;
  }

  /** The networks as the daemon loads them: the shipped model, on the CPU, one thread. */
  static async open(films: Films): Promise<Kernels> {
    const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
    const { micronBert, detector } = await loadConfigured(config);
    const asked = { provider: 'cpu', threads: 1 } as const;
    const encoder = await createSession(encoderOffers(micronBert, config.inference.precision), asked);
    return new Kernels(films, {
      encoder,
      comparator: await createSession(comparatorOffer(micronBert, encoder.offer.precision), asked),
      detector: await createSession({ name: 'detector', bytes: detector }, asked),
    });
  }

  /** CPU milliseconds of one run, over a tight loop of `runs` with tensors made before. @param key as of `NetworkCounts` */
  async networkMs(key: string, runs: number): Promise<number> {
    const [name, shape] = key.split(' ') as [string, string];
    const graph = this.#graphs[name]!;
    const feeds = this.#feeds.get(key) ?? feedsOf(name, shape.split('x').map(Number));
    this.#feeds.set(key, feeds);
    const from = ownMs();
    for (let i = 0; i < runs; i++) await graph.run(feeds);
    return (ownMs() - from) / runs;
  }

  /** CPU milliseconds of a picture in FFmpeg, decoded and scaled, and written nowhere. */
  async decodeMs(film: FilmSpec, size: Size = ANALYSIS): Promise<number> {
    return bareDecodeMs(await this.#films.of(film), size, film.frames);
  }
}

function feedsOf(name: string, dims: readonly number[]): Record<string, Tensor> {
  const count = dims.reduce((product, each) => product * each, 1);
  // Between -1 and 1, as normalised pixels and tokens are; what they are does not matter to the time.
  const floats = () =>
    new Tensor(
      'float32',
      Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
      dims,
    );
  if (name === 'encoder')
    return {
      crops: new Tensor(
        'uint8',
        Uint8Array.from({ length: count }, (_, i) => (i * 31) % 251),
        dims,
      ),
    };
  return name === 'detector' ? { input: floats() } : { onset: floats(), apex: floats() };
}
