import { looksOf } from './daemon.ts';
import type { Bench, Figure, Row } from './figure.ts';
import type { FilmSpec } from './films.ts';
import { Kernels } from './kernels.ts';
import { playedIn } from './played.ts';
import { sharesOf } from './profile.ts';
import { spread } from './spread.ts';
import { filmOf } from './subject.ts';

/** Nothing that is more is near the limit. */
const GOAL = 1.15;
const SHOWN_SHARE = 0.01;

interface Alone {
  readonly decode: number;
  readonly networks: number;
}

/** CPU milliseconds that FFmpeg and the networks take alone, for so many pictures and runs. */
async function alone(
  decoded: number,
  runs: ReadonlyMap<string, number>,
  { bench, kernels, film }: { readonly bench: Bench; readonly kernels: Kernels; readonly film: FilmSpec },
): Promise<Alone> {
  const decode = (await kernels.decodeMs(film)) * decoded;
  let networks = 0;
  for (const [key, count] of runs)
    networks += count * (await kernels.networkMs(key, bench.quick ? 2 : Math.min(40, Math.max(4, count))));
  return { decode, networks };
}

/** What was taken in a round, in all and by part, CPU milliseconds. */
interface Round {
  readonly looked: number;
  readonly cpuMs: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly alone: Alone;
}

function figuresOf(name: string, rounds: readonly Round[]): Figure[] {
  const row = { row: 'limit', case: name } as const;
  const figure = (metric: string, unit: string, of: (round: Round) => number): Figure => ({
    ...{ ...row, metric, unit },
    ...spread(rounds.map(of)),
  });
  const perFrame = (metric: string, of: (round: Round) => number) =>
    figure(metric, 'ms/frame', (round) => of(round) / round.looked);
  return [
    figure(
      `over kernels (goal ${GOAL})`,
      '',
      ({ cpuMs, alone: { decode, networks } }) => cpuMs / (decode + networks),
    ),
    perFrame('all', ({ cpuMs }) => cpuMs),
    ...Object.keys(rounds[0]!.parts).map((part) => perFrame(part, ({ parts }) => parts[part]!)),
    perFrame('FFmpeg alone', ({ alone: { decode } }) => decode),
    perFrame('networks alone', ({ alone: { networks } }) => networks),
  ];
}

/** The pipeline and the whole daemon against the bare kernels: CPU of both for the same pictures and faces. */
export const limit: Row = async (bench) => {
  const film = filmOf(bench, 3);
  const seconds = bench.quick ? 1 : 10;
  const spec = { film, cameras: 1, seconds };
  const tools = { bench, kernels: await Kernels.open(bench.films), film };
  const live: Round[] = [];
  const recording: Round[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 3); round++) {
    bench.note(`limit: round ${round + 1}`);
    const played = await playedIn(await bench.films.of(film));
    recording.push({
      looked: played.frames,
      cpuMs: played.cpuS * 1_000,
      parts: {},
      alone: await alone(played.frames, new Map(Object.entries(played.runs)), tools),
    });
    const seen = round === 0 ? await bench.daemon.of(spec) : await bench.daemon.again(spec);
    live.push({
      looked: looksOf(seen.runs),
      cpuMs: seen.cpuMs,
      parts: { 'of it decoder': seen.decodersMs, 'of it supervisor': seen.supervisorMs },
      alone: await alone(seen.decoded[0] || seen.sent, seen.runs, tools),
    });
  }
  const figures = [
    ...figuresOf('recording of 1080p, 3 faces: pipeline and decoder', recording),
    ...figuresOf('live 1080p25, 3 faces: whole daemon', live),
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
      'limit: CPU of all processes of `micron-edge run` on a live RTSP camera, over that of FFmpeg decoding the same film to nothing at the analysed size plus each network in a tight loop with prepared tensors, as often and with the same shapes as the daemon ran it. Pictures that were decoded and not looked at count among those that FFmpeg decodes. The recording goes as fast as it can, so no picture is left out however busy the machine is; a daemon on a busy one looks at fewer, and looks less closely.',
    ],
  };
};
