import type { Part } from '../faults/tree.ts';
import type { Finding, Sample } from './recording.ts';
import { commonSlope, type Point, type Slope, slopeOf, thinned } from './slope.ts';

/** Share of the run in which the supervisor may still grow: code that is compiled, heaps that find their size. */
const WARM_UP_SHARE = 0.25;
/** The same for what is started anew again and again, by age. */
const WARM_UP_AGE_S = { camera: 300, decoder: 60 } as const;
/** The shortest life that says anything, beyond its warm-up. */
const LIFE_S = 120;
const EVERY_S = 30;
/**
 * Below this, a life of a quarter of an hour cannot tell a leak from the end of its warm-up. The supervisor has no such
 * excuse: zero must be in its interval.
 */
const OF_LIVES_MB_PER_H = 6;
/** A run that could not tell a leak like this from none has shown nothing. */
const TELLABLE_MB_PER_H = 60;

/**
 * Both are judged: what is resident is what is promised, but where memory is short the machine takes pages of files
 * away from it, and a leak could hide behind that.
 */
const NAMES = { rssKb: 'RSS', anonKb: 'anonymous memory' } as const;
type Measure = keyof typeof NAMES;

/**
 * Does memory grow? The supervisor lives through the whole run and is one series. Camera processes and decoders are
 * ended by mishaps and begin anew, so each life is a series by age, and the slope is what all lives have in common: a
 * life that ends in the middle of the run does not hide what it had gathered by then.
 */
export function memoryFindings(samples: readonly Sample[], random: () => number): Finding[] {
  return (['rssKb', 'anonKb'] as const).flatMap((of) => [
    supervisor(samples, of),
    lives(samples, of, 'camera', random),
    lives(samples, of, 'decoder', random),
  ]);
}

function supervisor(samples: readonly Sample[], of: Measure): Finding {
  const what = `${NAMES[of]} of the supervisor`;
  const fromS = WARM_UP_SHARE * (samples.at(-1)?.atS ?? 0);
  const series = samples.flatMap(({ atS, processes }): Point[] => {
    const kb = processes.find(({ part }) => part === 'supervisor')?.[of];
    return kb === undefined || atS < fromS ? [] : [[atS, kb]];
  });
  const points = thinned(series, EVERY_S);
  if (points.length < 24)
    return { what, outcome: 'too short', figures: `${points.length / 2} min after warm-up` };
  const before = `${mb(points[0]![1])} to ${mb(points.at(-1)![1])} MB`;
  return judged(what, 0, slopeOf(points), `${before} in ${minutes(points).toFixed(0)} min after warm-up`);
}

function lives(
  samples: readonly Sample[],
  of: Measure,
  part: Exclude<Part, 'supervisor' | 'other'>,
  random: () => number,
): Finding {
  const what = `${NAMES[of]} of ${part === 'camera' ? 'camera processes' : 'decoders'}`;
  const series = new Map<string, Point[]>();
  for (const { atS, processes } of samples)
    for (const each of processes) {
      if (each.part !== part) continue;
      const name = `${each.pid} ${each.bornS}`;
      series.set(name, [...(series.get(name) ?? []), [atS, each[of]]]);
    }
  const long = [...series.values()]
    .map((points) => points.map(([atS, kb]): Point => [atS - points[0]![0], kb]))
    .map((points) =>
      thinned(
        points.filter(([ageS]) => ageS >= WARM_UP_AGE_S[part]),
        EVERY_S,
      ),
    )
    .filter((points) => points.length > 1 && points.at(-1)![0] - points[0]![0] >= LIFE_S);
  const total = long.reduce((sum, points) => sum + minutes(points), 0);
  const figures = `${long.length} of ${series.size} lives long enough, ${total.toFixed(0)} min of them after warm-up`;
  if (long.length < 5) return { what, outcome: 'too short', figures };
  return judged(what, OF_LIVES_MB_PER_H, commonSlope(long, random), figures);
}

function judged(what: string, mostMbPerH: number, { perS, low, high }: Slope, figures: string): Finding {
  const [slope, from, to] = [perS, low, high].map((each) => (each * 3_600) / 1_024) as [
    number,
    number,
    number,
  ];
  const outcome = from > mostMbPerH ? 'fail' : to < TELLABLE_MB_PER_H ? 'pass' : 'too short';
  const text = `${slope.toFixed(2)} MB/h (95 %: ${from.toFixed(2)} to ${to.toFixed(2)}); ${figures}`;
  return { what, outcome, figures: text };
}

const mb = (kb: number) => (kb / 1_024).toFixed(1);
const minutes = (points: readonly Point[]) => (points.at(-1)![0] - points[0]![0]) / 60;
