import { availableParallelism } from 'node:os';
import type { Sighting } from './daemon.ts';
import type { Figure, Row } from './figure.ts';
import { latencies } from './latency.ts';
import { quantile } from './spread.ts';
import { filmOf } from './subject.ts';

/** Pictures that the two looks at the counts may differ by, without one being dropped. */
const SLACK = 2;
/** Above this nobody looks, or the bench would take too long. */
const MOST_CAMERAS = 6;

const isHeld = ({ sent, looked }: Sighting): boolean => looked.every((each) => each >= sent - SLACK);

/** How many cameras of 1080p25 this machine holds without a dropped picture, and how long a picture takes. */
export const realtime: Row = async (bench) => {
  const seconds = bench.quick ? 1 : 6;
  const cores = availableParallelism();
  const figures: Figure[] = [];
  for (const faces of bench.quick ? ([3] as const) : ([1, 3] as const)) {
    const film = filmOf(bench, faces);
    const row = { row: 'realtime', case: `${faces} ${faces === 1 ? 'face' : 'faces'}` } as const;
    let held = 0;
    let one: Sighting | undefined;
    for (let cameras = 1; cameras <= (bench.quick ? 1 : MOST_CAMERAS); cameras++) {
      bench.note(`realtime: ${cameras} cameras, ${faces} faces`);
      const sighting = await bench.daemon.of({ film, cameras, seconds });
      one ??= sighting;
      const least = Math.min(...sighting.looked);
      const tried = { row: 'realtime', case: `${row.case}, ${cameras} cameras` } as const;
      figures.push(
        { ...tried, metric: 'looked at', unit: '%', value: Math.min(100, (100 * least) / sighting.sent) },
        {
          ...tried,
          metric: 'CPU of all cores',
          unit: '%',
          value: sighting.cpuMs / (10 * sighting.seconds * cores),
        },
      );
      if (!isHeld(sighting)) break;
      held = cameras;
    }
    const perSecondMs = (one!.cpuMs / one!.looked[0]!) * film.fps;
    bench.note(`realtime: latency, ${faces} faces`);
    const measured = await latencies(await bench.films.of(film), bench.quick ? 1 : 10);
    const ms = (metric: string, of: (each: (typeof measured)[number]) => number, share: number): Figure => ({
      ...row,
      metric,
      unit: 'ms',
      value: measured.length === 0 ? null : quantile(measured.map(of), share),
    });
    figures.push(
      { ...row, metric: 'cameras held', unit: '', value: held },
      { ...row, metric: `cameras by CPU, ${cores} cores`, unit: '', value: (cores * 1_000) / perSecondMs },
      ms('decoded p50', ({ decodedMs }) => decodedMs, 0.5),
      ms('observed p50', ({ observedMs }) => observedMs, 0.5),
      ms('p95', ({ observedMs }) => observedMs, 0.95),
      ms('p99', ({ observedMs }) => observedMs, 0.99),
    );
  }
  return {
    figures,
    remarks: [
      'realtime: cameras are the test camera (RTSP over TCP, H.264), the daemon is whole, the model is `edge`. Held: every picture sent in the time of watching was looked at. By CPU: what the cores could hold if nothing else ran on them, from the cost of one camera. Latency: from the packets of a picture into the socket of the camera until it is decoded, and until its slot observations are known; one camera, the pipeline in a process of its own.',
    ],
  };
};
