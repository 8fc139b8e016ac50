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
import { ASSEMBLIES } from './mechanisms.ts';
import type { Part, Row } from './row.ts';
import { EVERYWHERE, openNetworks, watchFilm } from './watched.ts';

const FILMS = ['plant-a', 'plant-b'] as const;
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

/** Every event in them is counted as false: nobody has said that there is a micro-expression. */
function clipRow(name: string, recordings: readonly Recording[]): Row[] {
  const row = (metric: string, value: number | null, unit = ''): Row => ({
    group: 'spotting',
    case: each('signing clips', name),
    metric,
    value,
    unit,
  });
  const events = sum(recordings.map((each) => each.events.filter(({ label }) => label !== 'none').length));
  const minutes = sum(recordings.map(({ sightings }) => sightings.length)) / CLIPS_FPS / 60;
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
export const spotting: Part = async ({ note, realFolder }) => {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  const networks = await openNetworks(config);
  const rows: Row[] = [];
  for (const film of FILMS) {
    note(`spotting: ${film}`);
    const scene = join(ROOT, 'test/scene', film);
    const truth = await readTruth(`${scene}.json`);
    const pictures = picturesOfFilm(`${scene}.mp4`);
    const zoneOf = createZoning(EVERYWHERE, FILM_SIZE.widthPx, FILM_SIZE.heightPx);
    for (const [{ name }, recording] of await watchFilm(
      pictures,
      FILM_SIZE,
      ASSEMBLIES,
      networks,
      config.quality,
    ))
      rows.push(...filmRow(film, name, evaluate(recording, truth, { ...FILM_SIZE, zoneOf })));
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
  return rows;
};
