import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { watch } from '../../../agent/pipeline.ts';
import { picturesOf } from '../../support/film.ts';
import { pipelineOf } from './driven.ts';
import { countNetworks, type NetworkCounts, runsSince } from './networks.ts';
import { endedChildrenMs, ownMs } from './processor.ts';
import { ANALYSIS } from './subject.ts';

/** What a film took: CPU seconds of the pipeline and its decoder, without their start. */
export interface Played {
  readonly frames: number;
  /** Crops that were encoded. */
  readonly faces: number;
  readonly cpuS: number;
  /** Runs of networks, by network and shape. */
  readonly runs: Readonly<Record<string, number>>;
}

const PROGRAM = fileURLToPath(import.meta.url);
/** As the program in `test/bench/peer` does, pictures before this one are not counted. */
const WARM = 10;

/** A film through decoder and pipeline, in a process of its own, as fast as it goes: no picture is left out. */
export async function playedIn(film: string): Promise<Played> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, film], { env });
  return JSON.parse(stdout) as Played;
}

async function play(film: string): Promise<Played> {
  let frames = 0;
  let faces = 0;
  let from = 0;
  const counts = countNetworks();
  let before: NetworkCounts = {};
  const { stages } = await pipelineOf(ANALYSIS, {
    before() {},
    after(stage, _, units) {
      if (stage === 'encode') faces += units;
    },
  });
  async function* counted() {
    for await (const delivery of picturesOf(film, ANALYSIS)) {
      if (++frames === WARM) {
        [from, faces] = [ownMs(), 0];
        before = structuredClone(counts);
      }
      yield delivery;
    }
  }
  for await (const _ of watch(counted(), stages));
  const measured = frames - WARM + 1;
  // The decoder's is known when it has ended, for all pictures.
  const cpuS = (ownMs() - from + (endedChildrenMs() * measured) / frames) / 1_000;
  return { frames: measured, faces, cpuS, runs: Object.fromEntries(runsSince(before, counts)) };
}

if (process.argv[1] === PROGRAM) process.stdout.write(JSON.stringify(await play(process.argv[2]!)));
