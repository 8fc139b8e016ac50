import type { Sighting } from './daemon.ts';
import { looksOf } from './daemon.ts';
import type { Bench, Figure, Row } from './figure.ts';
import type { FilmSpec } from './films.ts';
import { Kernels } from './kernels.ts';
import { sharesOf } from './profile.ts';
import { spread } from './spread.ts';
import { filmOf } from './subject.ts';

/** Nothing that is more is near the limit. */
const GOAL = 1.15;
const SHOWN_SHARE = 0.01;

/** CPU milliseconds that FFmpeg and the networks would take alone for what the daemon did, each by its name. */
async function kernelsOf(
  sighting: Sighting,
  bench: Bench,
  kernels: Kernels,
  film: FilmSpec,
): Promise<{ decode: number; networks: number }> {
  const decode = (await kernels.decodeMs(film)) * (sighting.decoded[0] || sighting.sent);
  let networks = 0;
  for (const [key, count] of sighting.runs)
    networks += count * (await kernels.networkMs(key, bench.quick ? 2 : Math.min(40, Math.max(4, count))));
  return { decode, networks };
}

/** The whole daemon against the bare kernels: CPU of both for the same pictures and faces. */
export const limit: Row = async (bench) => {
  const film = filmOf(bench, 3);
  const seconds = bench.quick ? 1 : 10;
  const kernels = await Kernels.open(bench.films);
  const ratios: number[] = [];
  const perFrame: Record<'daemon' | 'decoders' | 'supervisor' | 'decode' | 'networks', number[]> = {
    daemon: [],
    decoders: [],
    supervisor: [],
    decode: [],
    networks: [],
  };
  for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
    bench.note(`limit: round ${round + 1}`);
    const spec = { film, cameras: 1, seconds };
    const sighting = round === 0 ? await bench.daemon.of(spec) : await bench.daemon.again(spec);
    const alone = await kernelsOf(sighting, bench, kernels, film);
    ratios.push(sighting.cpuMs / (alone.decode + alone.networks));
    const looked = looksOf(sighting.runs);
    perFrame.daemon.push(sighting.cpuMs / looked);
    perFrame.decoders.push(sighting.decodersMs / looked);
    perFrame.supervisor.push(sighting.supervisorMs / looked);
    perFrame.decode.push(alone.decode / looked);
    perFrame.networks.push(alone.networks / looked);
  }
  const row = { row: 'limit', case: '1 camera of 1080p25, 3 faces' } as const;
  const ms = (metric: string, values: readonly number[]): Figure => ({
    ...row,
    metric,
    unit: 'ms/frame',
    ...spread(values),
  });
  const figures: Figure[] = [
    { ...row, metric: `over kernels (goal ${GOAL})`, unit: '', ...spread(ratios) },
    ms('whole daemon', perFrame.daemon),
    ms('of it decoders', perFrame.decoders),
    ms('of it supervisor', perFrame.supervisor),
    ms('FFmpeg alone', perFrame.decode),
    ms('networks alone', perFrame.networks),
  ];
  bench.note('limit: profile');
  const profiled = await bench.daemon.again({ film, cameras: 1, seconds, profile: true });
  const cameraMs = (profiled.cpuMs - profiled.decodersMs - profiled.supervisorMs) / looksOf(profiled.runs);
  for (const [owner, share] of await sharesOf(profiled.profile!))
    if (share >= SHOWN_SHARE)
      figures.push(
        { row: 'limit', case: `camera process: ${owner}`, metric: 'share', unit: '%', value: 100 * share },
        {
          row: 'limit',
          case: `camera process: ${owner}`,
          metric: 'CPU',
          unit: 'ms/frame',
          value: share * cameraMs,
        },
      );
  return {
    figures,
    remarks: [
      'limit: CPU of all processes of `micron-edge run` on a live RTSP camera, over that of FFmpeg decoding the same film to nothing at the analysed size plus each network in a tight loop with prepared tensors, as often and with the same shapes as the daemon ran it. Pictures that were decoded and not looked at count among those that FFmpeg decodes.',
    ],
  };
};
