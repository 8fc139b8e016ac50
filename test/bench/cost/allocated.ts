import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BY_FACE, drive, pipelineOf } from './driven.ts';
import type { Bench } from './figure.ts';
import { hold } from './held.ts';
import { ANALYSIS, filmOf } from './subject.ts';

/**
 * Memory that each stage asks for, KB a picture or face: what the heap and the buffers outside of it have grown by from
 * before to after, with a collection forced before each, in a process of its own whose young generation is so large that
 * none comes between. Where one did, the sample is left out.
 */
export async function allocationsOf(bench: Bench): Promise<Map<string, number[]>> {
  const film = await bench.films.of(filmOf(bench, 3));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'],
      ...[join(fileURLToPath(import.meta.url)), film, bench.quick ? '10' : '45'],
    ],
    { env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 1 << 24 },
  );
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, number[]>));
}

const usedKb = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024;
};

async function measure(film: string, count: number): Promise<Record<string, number[]>> {
  const collect = globalThis.gc!;
  const grown: Record<string, number[]> = {};
  let isWarm = false;
  const { stages } = await pipelineOf(ANALYSIS, {
    before() {
      if (isWarm) collect();
      return usedKb();
    },
    after(stage, from, faces) {
      const units = BY_FACE.has(stage) ? faces : 1;
      const kb = usedKb() - from;
      if (!isWarm || kb < 0 || units === 0) return;
      grown[stage] = [...(grown[stage] ?? []), kb / units];
    },
  });
  const held = await hold(film, ANALYSIS, count);
  await drive(held, ANALYSIS, stages, (i) => {
    isWarm = i > count * 0.7;
  });
  return grown;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(JSON.stringify(await measure(process.argv[2]!, Number(process.argv[3]))));
