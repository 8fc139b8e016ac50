import { basename, join } from 'node:path';
import { readTruth } from '../../../agent/cli/evaluation-files.ts';
import { loadConfig } from '../../../agent/config/load.ts';
import type { RawFrame } from '../../../agent/domain/frame.ts';
import { type Evaluation, evaluate } from '../../../agent/evaluate/evaluation.ts';
import type { Recording } from '../../../agent/evaluate/recording.ts';
import { ROOT } from '../../../agent/installation.ts';
import { createZoning } from '../../../agent/permit/permit.ts';
import { picturesOf } from '../../support/film.ts';
import { forthAndBack, signingClips } from './clips.ts';
import { filmsOf, shippedFilms } from './films.ts';
import { AS_SHIPPED, ASSEMBLIES, BOTH_OFF } from './mechanisms.ts';
import { rateOf, ratioOf } from './poisson.ts';
import type { Part, Row } from './row.ts';
import { EVERYWHERE, openNetworks, watchFilm } from './watched.ts';

const FILM_SIZE = { widthPx: 960, heightPx: 540 };
const CLIP_SIZE = { widthPx: 640, heightPx: 480 };
const CLIPS_FPS = 30;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const each = (of: string, name: string) => `${of}, ${name}`;

async function* picturesOfFilm(path: string): AsyncGenerator<RawFrame, void, undefined> {
  for await (const { frame, release } of picturesOf(path, FILM_SIZE)) {
    yield frame;
    release();
  }
}

/** False events and the minutes in which they could have been. */
interface Tally {
  readonly events: number;
  readonly exposure: number;
}

const tallyOf = ({ falseEvents: { none, mistimed } }: Evaluation): Tally => ({
  events: none.events + mistimed.events,
  exposure: none.faceMinutes + mistimed.faceMinutes,
});

/** How many times fewer false events a face-minute than without registration and normalisation. */
function factorRows(of: string, shipped: Tally, without: Tally): Row[] {
  const row = (metric: string, value: number, unit = 'a face-minute'): Row => ({
    group: 'spotting',
    case: `${of}, against both off`,
    metric,
    value,
    unit,
  });
  const [now, then] = [rateOf(shipped.events, shipped.exposure), rateOf(without.events, without.exposure)];
  const factor = ratioOf(without, shipped);
  return [
    row('false, as shipped', now.value),
    row('from', now.low),
    row('to', now.high),
    row('both off', then.value),
    row('from ', then.low),
    row('to ', then.high),
    row('factor', factor.value, ''),
    row('from  ', factor.low, ''),
    row('to  ', factor.high, ''),
  ];
}

function filmRow(film: string, name: string, evaluation: Evaluation): Row[] {
  const { spotting, spottingAlone, analysis, falseEvents, faces } = evaluation;
  const row = (metric: string, value: number | null, unit = ''): Row => ({
    group: 'spotting',
    case: each(`synthetic ${film}`, name),
    metric,
    value,
    unit,
  });
  return [
    row('F1', spotting.f1),
    row('F1, labels left aside', spottingAlone.f1),
    row('label UF1', analysis.unweighted?.uf1 ?? null),
    row('false events per face-minute of none', falseEvents.none.perFaceMinute),
    row('watched', (100 * faces.minutesWatched) / faces.minutesInZones, '% of face time'),
  ];
}

const eventsOf = (recordings: readonly Recording[]): number =>
  sum(recordings.map((each) => each.events.filter(({ label }) => label !== 'none').length));
const minutesOf = (recordings: readonly Recording[]): number =>
  sum(recordings.map(({ sightings }) => sightings.length)) / CLIPS_FPS / 60;

/** Every event in them is counted as false: nobody has said that there is a micro-expression. */
function clipRow(name: string, recordings: readonly Recording[]): Row[] {
  const row = (metric: string, value: number | null, unit = ''): Row => ({
    group: 'spotting',
    case: each('signing clips', name),
    metric,
    value,
    unit,
  });
  const events = eventsOf(recordings);
  const minutes = minutesOf(recordings);
  const shown = sum(recordings.map(({ pictureMs }) => pictureMs.length)) / CLIPS_FPS / 60;
  return [
    row('false events', events),
    row('per face-minute', minutes > 0 ? events / minutes : null),
    row('watched', (100 * minutes) / shown, '% of the clips'),
  ];
}

/**
 * What the whole pipeline spots, put together in different ways (`mechanisms.ts`): in the rendered films whose truth is
 * known, and in short clips of signing people, which are shown forth and back.
 */
export const spotting: Part = async ({ note, realFolder, filmsFolder }) => {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  const networks = await openNetworks(config);
  const rows: Row[] = [];
  for (const scene of [...shippedFilms(), ...filmsOf(filmsFolder)]) {
    const film = basename(scene);
    note(`spotting: ${film}`);
    const tallies = new Map<string, Tally>();
    const truth = await readTruth(`${scene}.json`);
    const pictures = picturesOfFilm(`${scene}.mp4`);
    const zoneOf = createZoning(EVERYWHERE, FILM_SIZE.widthPx, FILM_SIZE.heightPx);
    for (const [{ name }, recording] of await watchFilm(
      pictures,
      FILM_SIZE,
      ASSEMBLIES,
      networks,
      config.quality,
    )) {
      const evaluation = evaluate(recording, truth, { ...FILM_SIZE, zoneOf });
      tallies.set(name, tallyOf(evaluation));
      rows.push(...filmRow(film, name, evaluation));
    }
    rows.push(...factorRows(`synthetic ${film}`, tallies.get(AS_SHIPPED)!, tallies.get(BOTH_OFF)!));
  }
  if (realFolder === undefined) {
    const skipped = 'real footage is not there';
    rows.push({
      group: 'spotting',
      case: 'signing clips',
      metric: 'false events',
      value: null,
      unit: '',
      skipped,
    });
    return rows;
  }
  const byAssembly = new Map(ASSEMBLIES.map(({ name }) => [name, [] as Recording[]]));
  for (const path of signingClips(realFolder)) {
    note(`spotting: ${basename(path)}`);
    const pictures = forthAndBack(path, CLIP_SIZE);
    for (const [{ name }, recording] of await watchFilm(
      pictures,
      CLIP_SIZE,
      ASSEMBLIES,
      networks,
      config.quality,
    ))
      byAssembly.get(name)!.push(recording);
  }
  for (const [name, recordings] of byAssembly) rows.push(...clipRow(name, recordings));
  // The same moments come again each time that a clip is shown: the intervals are narrower than they should be.
  const tally = (name: string): Tally => {
    const recordings = byAssembly.get(name)!;
    return { events: eventsOf(recordings), exposure: minutesOf(recordings) };
  };
  rows.push(...factorRows('signing clips', tally(AS_SHIPPED), tally(BOTH_OFF)));
  return rows;
};
