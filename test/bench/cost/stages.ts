import { allocationsOf } from './allocated.ts';
import { COPIES } from './copies.ts';
import { decodeCost } from './decoding.ts';
import { BY_FACE, drive, pipelineOf, STAGES, type StageName } from './driven.ts';
import type { Bench, Figure, Row } from './figure.ts';
import { hold } from './held.ts';
import { countNetworks, networkMs } from './networks.ts';
import { outward } from './outward.ts';
import { ownMs } from './processor.ts';
import { spread } from './spread.ts';
import { ANALYSIS, filmOf } from './subject.ts';

/** What a stage took in one round: in all, and of that in networks. */
interface Taken {
  cpuMs: number;
  networkMs: number;
  units: number;
}

async function rounds(bench: Bench): Promise<Map<string, Taken[]>> {
  const [rounds, pictures] = bench.quick ? [1, 4] : [8, 20];
  const warm = bench.quick ? 10 : 30;
  const film = await bench.films.of(filmOf(bench, 3));
  const held = await hold(film, ANALYSIS, warm + rounds * pictures);
  const counts = countNetworks();
  const compared = () =>
    Object.entries(counts).reduce(
      (sum, [key, { cpuMs, runs }]) =>
        key.startsWith('comparator')
          ? { cpuMs: sum.cpuMs + cpuMs, pairs: sum.pairs + runs * Number(key.split(/[ x]/)[1]) }
          : sum,
      { cpuMs: 0, pairs: 0 },
    );
  let now = new Map<string, Taken>();
  const add = (name: string, cpuMs: number, ofNetworks: number, units: number) => {
    const sum = now.get(name) ?? { cpuMs: 0, networkMs: 0, units: 0 };
    now.set(name, {
      cpuMs: sum.cpuMs + cpuMs,
      networkMs: sum.networkMs + ofNetworks,
      units: sum.units + units,
    });
  };
  const { stages } = await pipelineOf(ANALYSIS, {
    before: () => ({ networkMs: networkMs(counts), ...compared(), ownMs: ownMs() }),
    after(stage, from, faces) {
      const cpuMs = ownMs() - from.ownMs;
      const pairs = compared();
      const inComparator = pairs.cpuMs - from.cpuMs;
      // What the spotter asks is told on a line of its own.
      const mine = stage === 'spot' ? cpuMs - inComparator : cpuMs;
      const ofNetworks = stage === 'spot' ? 0 : networkMs(counts) - from.networkMs;
      if (stage === 'spot') add('compare', inComparator, inComparator, pairs.pairs - from.pairs);
      add(stage, mine, ofNetworks, BY_FACE.has(stage) ? faces : 1);
    },
  });
  const all = new Map<string, Taken[]>();
  await drive(held, ANALYSIS, stages, (i) => {
    if (i + 1 < warm) return;
    const isEnd = (i + 1 - warm) % pictures === 0;
    if (!isEnd) return;
    if (i + 1 > warm) for (const [name, taken] of now) all.set(name, [...(all.get(name) ?? []), taken]);
    now = new Map();
  });
  return all;
}

const unitOf = (stage: string) =>
  stage === 'compare' ? 'pair' : BY_FACE.has(stage as StageName) ? 'face' : 'frame';

/** What each stage costs by itself, on a 1080p film with three faces that is analysed at the default size. */
export const stages: Row = async (bench) => {
  bench.note('stages: CPU');
  const measured = await rounds(bench);
  bench.note('stages: allocations');
  const allocations = await allocationsOf(bench);
  bench.note('stages: decode, release, publish');
  const decode = await decodeCost(bench);
  const figures: Figure[] = [];
  const add = (name: string, unit: string, cpu: readonly number[], networks: readonly number[]) => {
    const row = { row: 'stages', case: `${name}, per ${unit}` } as const;
    const allocated = allocations.get(name);
    const copies = COPIES[name];
    figures.push(
      { ...row, metric: 'CPU', unit: 'ms', ...spread(cpu) },
      { ...row, metric: 'of it in networks or FFmpeg', unit: 'ms', ...spread(networks) },
      {
        ...row,
        metric: 'allocated',
        unit: 'KB',
        ...(allocated === undefined ? { value: null } : spread(allocated)),
      },
      { ...row, metric: 'bytes written per pixel', unit: 'B', value: copies?.bytesPerPixel ?? null },
    );
  };
  add('decode', 'frame', decode.cpuMs, decode.kernelMs);
  for (const name of [
    ...STAGES.slice(0, STAGES.indexOf('spot')),
    'compare',
    ...STAGES.slice(STAGES.indexOf('spot')),
  ]) {
    const taken = measured.get(name)?.filter(({ units }) => units > 0) ?? [];
    if (taken.length === 0) continue;
    add(
      name,
      unitOf(name),
      taken.map(({ cpuMs, units }) => cpuMs / units),
      taken.map((each) => each.networkMs / each.units),
    );
  }
  figures.push(...(await outward(bench)));
  return { figures, remarks: Object.entries(COPIES).map(([name, { why }]) => `${name} writes: ${why}`) };
};
