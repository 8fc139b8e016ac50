import { fileURLToPath } from 'node:url';
import { watch } from '../../../agent/pipeline.ts';
import { picturesOf } from '../../support/film.ts';
import { pipelineOf } from './driven.ts';
import { endedChildrenMs, ownMs } from './processor.ts';
import { ANALYSIS } from './subject.ts';

/** What a film took: CPU seconds of the pipeline and its decoder, without their start. */
export interface Played {
  readonly frames: number;
  /** Crops that were encoded. */
  readonly faces: number;
  readonly cpuS: number;
}

/** As the program in `test/bench/peer` does, pictures before this one are not counted. */
const WARM = 10;

async function play(film: string): Promise<Played> {
  let frames = 0;
  let faces = 0;
  let from = 0;
  const { stages } = await pipelineOf(ANALYSIS, {
    before() {},
    after(stage, _, units) {
      if (stage === 'encode') faces += units;
    },
  });
  async function* counted() {
    for await (const delivery of picturesOf(film, ANALYSIS)) {
      if (++frames === WARM) [from, faces] = [ownMs(), 0];
      yield delivery;
    }
  }
  for await (const _ of watch(counted(), stages));
  const measured = frames - WARM + 1;
  // The decoder's is known when it has ended, for all pictures.
  return {
    frames: measured,
    faces,
    cpuS: (ownMs() - from + (endedChildrenMs() * measured) / frames) / 1_000,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(JSON.stringify(await play(process.argv[2]!)));
