import { SLOT_S } from './daemon.ts';
import { bareDecodeMs } from './decoding.ts';
import { drive, pipelineOf } from './driven.ts';
import type { Bench, Figure, Row } from './figure.ts';
import { hold, type Size } from './held.ts';
import { ownMs } from './processor.ts';
import { median, spread } from './spread.ts';
import { ANALYSIS, filmOf } from './subject.ts';

/** CPU milliseconds of the pipeline behind the decoder for each picture, by blocks. */
async function behindDecoder(bench: Bench, film: string, size: Size): Promise<number[]> {
  const [warm, block, blocks] = bench.quick ? [2, 2, 1] : [24, 12, 3];
  const held = await hold(film, size, warm + block * blocks);
  const { stages } = await pipelineOf(size);
  const taken: number[] = [];
  let from = 0;
  await drive(held, size, stages, (i) => {
    const done = i + 1 - warm;
    if (done < 0 || done % block !== 0) return;
    if (done > 0) taken.push((ownMs() - from) / block);
    from = ownMs();
  });
  return taken;
}

async function byFaces(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  let none: number | undefined;
  for (const faces of bench.quick ? [1] : [0, 1, 2, 3, 5, 10, 15, 20]) {
    bench.note(`growth: ${faces} faces`);
    const film = await bench.films.of({
      ...ANALYSIS,
      layout: 'grid',
      fps: 25,
      faces,
      frames: bench.quick ? 8 : 62,
    });
    const cpu = await behindDecoder(bench, film, ANALYSIS);
    none ??= median(cpu);
    const row = { row: 'growth', case: `${faces} faces` } as const;
    figures.push(
      { ...row, metric: 'behind the decoder', unit: 'ms/frame', ...spread(cpu) },
      {
        ...row,
        metric: 'a face more',
        unit: 'ms',
        value: faces === 0 || bench.quick ? null : (median(cpu) - none) / faces,
      },
    );
  }
  return figures;
}

async function bySize(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  const spec = filmOf(bench, 3);
  const film = await bench.films.of(spec);
  for (const heightPx of bench.quick ? [360] : [360, 540, 720, 1080]) {
    const size = { widthPx: (heightPx * 16) / 9, heightPx };
    bench.note(`growth: analysed at ${size.widthPx}x${heightPx}`);
    const row = { row: 'growth', case: `1080p analysed at ${size.widthPx}x${heightPx}` } as const;
    figures.push(
      {
        ...row,
        metric: 'behind the decoder',
        unit: 'ms/frame',
        ...spread(await behindDecoder(bench, film, size)),
      },
      {
        ...row,
        metric: 'FFmpeg alone',
        unit: 'ms/frame',
        value: await bareDecodeMs(film, size, spec.frames),
      },
    );
  }
  return figures;
}

async function byRate(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const fps of bench.quick ? [25] : [10, 15, 25, 30]) {
    bench.note(`growth: ${fps} fps`);
    const spec = filmOf(bench, 3);
    const film = await bench.films.of({ ...spec, fps, frames: fps === spec.fps ? spec.frames : 62 });
    const cpu = await behindDecoder(bench, film, ANALYSIS);
    const row = { row: 'growth', case: `${fps} frames a second` } as const;
    figures.push({
      ...row,
      metric: 'CPU behind the decoder for a second',
      unit: 'ms',
      ...spread(cpu.map((each) => each * fps)),
    });
  }
  return figures;
}

async function byCameras(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  const film = filmOf(bench, 1);
  for (const cameras of bench.quick ? [1] : [1, 2, 4, 8]) {
    bench.note(`growth: ${cameras} cameras`);
    const seen = await bench.daemon.of({ film, cameras, seconds: bench.quick ? 1 : 6 });
    const looked = seen.looked.reduce((sum, each) => sum + each, 0);
    const row = { row: 'growth', case: `${cameras} cameras` } as const;
    const once = (metric: string, unit: string, value: number | null): Figure => ({
      ...row,
      metric,
      unit,
      value,
    });
    figures.push(
      once('whole daemon', 'ms/frame', looked === 0 ? null : seen.cpuMs / looked),
      once('looked at', '%', (100 * looked) / (cameras * seen.sent)),
      once('memory of a camera', 'MB', median(seen.memoryMb.cameras)),
      once('of the supervisor', 'MB', seen.memoryMb.supervisor),
      once('first picture after', 's', median(seen.firstLookMs) / 1_000),
      once('first slots after', 's', seen.firstSlotMs === undefined ? null : seen.firstSlotMs / 1_000),
    );
  }
  return figures;
}

/** How cost grows with faces, size, rate and cameras. */
export const growth: Row = async (bench) => ({
  figures: [
    ...(await byFaces(bench)),
    ...(await bySize(bench)),
    ...(await byRate(bench)),
    ...(await byCameras(bench)),
  ],
  remarks: [
    `growth: faces are heads of the scenes side by side in 960x540; a close look is given to 16 of them at most. Below 15 frames a second nothing is encoded (quality.minFps). Memory is PSS, of a camera process with its decoder. The first slots hold ${SLOT_S} s of a face.`,
  ],
});
