import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startBroker } from '../../../agent/demo/broker.ts';
import { firstLine, startNode } from '../../../agent/demo/child.ts';
import { ROOT } from '../../../agent/installation.ts';
import { writeConfig } from '../../support/plant.ts';
import { agent } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import type { FilmSpec, Films } from './films.ts';
import { runsSince } from './networks.ts';
import { commandOf, memoryMb, processesMs, treeOf } from './processor.ts';
import { FOLDER_VARIABLE, PROFILE_VARIABLE, type Spied } from './spied.ts';

export interface SightingSpec {
  readonly film: FilmSpec;
  readonly cameras: number;
  /** How long it is watched, once all cameras stream and the networks are warm. */
  readonly seconds: number;
  /** A CPU profile of the first camera process is taken meanwhile, which costs a little. */
  readonly profile?: boolean;
}

/** What the whole daemon did and took while it was watched. */
export interface Sighting {
  readonly seconds: number;
  /** Of the supervisor, all camera processes and all decoders, milliseconds of CPU. */
  readonly cpuMs: number;
  /** Part of that: the decoders. */
  readonly decodersMs: number;
  readonly supervisorMs: number;
  /** Pictures that each camera sent, those that came out of the decoder, and those that were looked at. */
  readonly sent: number;
  readonly decoded: readonly number[];
  readonly looked: readonly number[];
  /** Runs of networks in all camera processes, by network and shape. */
  readonly runs: ReadonlyMap<string, number>;
  readonly memoryMb: { readonly supervisor: number; readonly cameras: readonly number[] };
  /** From the start of the daemon until a camera process looked at its first picture, and had a slot to tell. */
  readonly firstLookMs: readonly number[];
  readonly firstSlotMs: number | undefined;
  readonly profile: string | undefined;
}

/** The coarse look of the detector, which is made at each picture once. */
const COARSE = /^detector 1x3x(?!128x)\d+x128$/;
export const looksOf = (runs: ReadonlyMap<string, number>): number =>
  [...runs].reduce((sum, [key, count]) => sum + (COARSE.test(key) ? count : 0), 0);

const PRELOAD = pathToFileURL(join(ROOT, 'dist/test/bench/cost/spied.js')).href;
const SETTLE_MS = 3_000;
export const SLOT_S = 1;
const PATIENCE = { withinMs: 60_000 };

/** Runs of `micron-edge run` as an operator starts it, watched from outside. Each is made once. */
export class Sightings {
  readonly #films: Films;
  readonly #folder: string;
  readonly #once: boolean;
  readonly #made = new Map<string, Promise<Sighting>>();

  /** @param once the first run stands for all that are asked for: only whether it works is of interest */
  constructor(films: Films, folder: string, once: boolean) {
    this.#films = films;
    this.#folder = folder;
    this.#once = once;
  }

  of(spec: SightingSpec): Promise<Sighting> {
    const key = this.#once ? '' : JSON.stringify(spec);
    const made =
      this.#made.get(key) ?? this.#watch({ ...spec, profile: this.#once || spec.profile === true });
    this.#made.set(key, made);
    return made;
  }

  /** Another one, to see how far two of them differ. */
  again(spec: SightingSpec): Promise<Sighting> {
    return this.#once ? this.of(spec) : this.#watch(spec);
  }

  async #watch({ film, cameras, seconds, profile = false }: SightingSpec): Promise<Sighting> {
    const file = await this.#films.of(film);
    const folder = await mkdtemp(join(this.#folder, 'daemon-'));
    await using broker = await startBroker();
    await using camera = startNode(join(ROOT, 'dist/test/camera/main.js'), ['--file', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const url = await firstLine(camera.process, 'READY');
    const config = writeConfig(folder, {
      camera: url,
      broker: broker.url,
      ofMqtt: { version: 4 },
      more: {
        // Short, so that the first slot is not long in coming.
        aggregation: { minHeadCount: 5, slotS: SLOT_S },
        cameras: Array.from({ length: cameras }, (_, i) => cameraAt(url, i)),
      },
    });
    const startedMs = Date.now();
    await using daemon = agent(['run', config], {
      NODE_OPTIONS: `--import=${PRELOAD}`,
      [FOLDER_VARIABLE]: folder,
      ...(profile ? { [PROFILE_VARIABLE]: '1' } : {}),
    });
    const root = daemon.child.pid!;
    const processes = () => treeOf(root).filter((pid) => commandOf(pid).includes('camera/main.js'));
    const spied = async (pid: number): Promise<Spied | undefined> => {
      try {
        return JSON.parse(await readFile(join(folder, `${pid}.json`), 'utf8')) as Spied;
      } catch {
        // Not yet, or half of it.
        return undefined;
      }
    };
    const ask = async (pids: readonly number[], times: number): Promise<Spied[]> => {
      for (const pid of pids) process.kill(pid, 'SIGUSR2');
      const answered = async () => {
        const all = await Promise.all(pids.map(spied));
        return all.every((each) => each?.asked === times) && (all as Spied[]);
      };
      return until(answered, 'camera processes that answer', PATIENCE);
    };

    let pids: number[] = [];
    await until(
      async () => {
        if (daemon.child.exitCode !== null) throw new Error(`the daemon has ended: ${daemon.text()}`);
        pids = processes();
        const all = await Promise.all(pids.map(spied));
        return all.length === cameras && all.every((each) => each?.firstLookMs !== undefined);
      },
      'pictures of all cameras',
      PATIENCE,
    );
    await wait(Math.min(SETTLE_MS, seconds * 1_000));
    const before = await ask(pids, 1);
    const from = { ms: performance.now(), ...taken(root) };
    await wait(seconds * 1_000);
    const after = await ask(pids, 2);
    const to = { ms: performance.now(), ...taken(root) };

    const runs = after.map(({ counts }, i) => runsSince(before[i]!.counts, counts));
    const passedS = (to.ms - from.ms) / 1_000;
    const slots = after.flatMap(({ firstSlotMs }) => (firstSlotMs === undefined ? [] : [firstSlotMs]));
    return {
      seconds: passedS,
      cpuMs: to.cpuMs - from.cpuMs,
      decodersMs: to.decodersMs - from.decodersMs,
      supervisorMs: to.supervisorMs - from.supervisorMs,
      sent: passedS * film.fps,
      decoded: after.map(({ arrived, heardMs }, i) => {
        // Told once a second, so the rate is what can be known.
        const { arrived: had, heardMs: sinceMs } = before[i]!;
        return heardMs > sinceMs ? (1_000 * passedS * (arrived - had)) / (heardMs - sinceMs) : Number.NaN;
      }),
      looked: runs.map(looksOf),
      runs: added(runs),
      memoryMb: {
        supervisor: memoryMb(root) ?? Number.NaN,
        cameras: pids.map((pid) => treeOf(pid).reduce((sum, each) => sum + (memoryMb(each) ?? 0), 0)),
      },
      firstLookMs: after.map(({ firstLookMs }) => firstLookMs! - startedMs),
      firstSlotMs: slots.length === 0 ? undefined : Math.min(...slots) - startedMs,
      profile: profile ? join(folder, `${pids[0]}.cpuprofile`) : undefined,
    };
  }
}

/** All of the picture is one zone. */
const cameraAt = (url: string, i: number) => ({
  id: `cam-${i}`,
  url,
  zones: [
    {
      id: `zone-${i}`,
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
      headCount: 6,
    },
  ],
});

function taken(root: number): { cpuMs: number; decodersMs: number; supervisorMs: number } {
  const tree = treeOf(root);
  const decoders = tree.filter((pid) => commandOf(pid).startsWith('ffmpeg'));
  return { cpuMs: processesMs(tree), decodersMs: processesMs(decoders), supervisorMs: processesMs([root]) };
}

function added(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const runs of all) for (const [key, count] of runs) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}
