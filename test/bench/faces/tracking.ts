import { basename, join } from 'node:path';
import type { Mechanisms } from '../../../agent/detect/detector.ts';
import type { Graph } from '../../../agent/inference/session.ts';
import { createTracker, TRACKER_DEFAULTS, type TrackerOptions } from '../../../agent/track/tracker.ts';
import { FACELESS, follow, signingClips } from './clips.ts';
import { crossing } from './composed.ts';
import { type Sighting, scoreTracking, type TrackingScore, together } from './mot.ts';
import { detectorOf, openFaceNetwork } from './open.ts';
import type { Part, Row } from './row.ts';
import { SIMULATION, type SimulationOptions, simulated } from './simulated.ts';

interface Variant {
  readonly name: string;
  readonly options: TrackerOptions;
  /** Detections too weak to begin a track are not handed on. */
  readonly strongOnly: boolean;
}

const SORT: TrackerOptions = {
  ...TRACKER_DEFAULTS,
  association: 'overlap',
  maxMissMs: 500,
  confirmEvidence: 0,
};
const VARIANTS: readonly Variant[] = [
  { name: 'overlap, strong detections (SORT)', options: SORT, strongOnly: true },
  { name: 'and weak detections', options: SORT, strongOnly: false },
  { name: 'by likelihood', options: { ...SORT, association: 'likelihood' }, strongOnly: false },
  { name: 'and waiting a second (as shipped)', options: TRACKER_DEFAULTS, strongOnly: false },
];

const SEEDS = 20;
const SCENES: Readonly<Record<string, Partial<SimulationOptions>>> = {
  'three walking': {},
  'six walking': { people: 6 },
  'four crossing': { crossing: true, people: 4 },
  'three crossing, 20 % of frames dropped': { crossing: true, dropped: 0.2 },
  'three walking, 20 % of faces missed': { missed: 0.2 },
  'three crossing at 8 fps': { crossing: true, fps: 8 },
};

const rowsOf = (name: string, score: TrackingScore, runs: number): Row[] =>
  (
    [
      ['MOTA', 100 * score.mota, '%'],
      ['IDF1', 100 * score.idf1, '%'],
      ['id switches', score.switches / runs, ''],
      ['misses', (100 * score.misses) / score.truth, '%'],
      ['false boxes', (100 * score.falsePositives) / score.truth, '%'],
    ] as const
  ).map(([metric, value, unit]) => ({ group: 'tracking', case: name, metric, value, unit }));

const seenOf = (tracks: ReturnType<ReturnType<typeof createTracker>['track']>) =>
  tracks.flatMap(({ trackId, box, confirmed, detected }) =>
    confirmed && detected ? [{ id: trackId, box }] : [],
  );

function simulatedRows(): Row[] {
  return Object.entries(SCENES).flatMap(([scene, changed]) =>
    VARIANTS.flatMap(({ name, options, strongOnly }) => {
      const scores = Array.from({ length: SEEDS }, (_, seed) => {
        const tracker = createTracker(options);
        const sightings: Sighting[] = [];
        for (const { faces, truth, ptsMs } of simulated(seed + 1, { ...SIMULATION, ...changed })) {
          const given = strongOnly ? faces.filter(({ score }) => score >= options.startScore) : faces;
          sightings.push({ truth, tracks: seenOf(tracker.track(given, ptsMs)) });
        }
        return scoreTracking(sightings);
      });
      return rowsOf(`simulated, ${scene}: ${name}`, together(scores), SEEDS);
    }),
  );
}

/** A whole round of those who walk. */
const COMPOSED_FRAMES = 375;

async function composedRows(session: Graph): Promise<Row[]> {
  const size = { widthPx: 960, heightPx: 540 };
  const without: Mechanisms = { closeLook: false, far: true };
  const runs = [
    {
      name: 'SORT, no close looks',
      detect: detectorOf(session, size, without),
      tracker: createTracker(SORT),
    },
    { name: 'as shipped', detect: detectorOf(session, size), tracker: createTracker() },
  ].map((run) => ({ ...run, sightings: [] as Sighting[] }));
  for await (const { frame, truth } of crossing(COMPOSED_FRAMES))
    for (const { detect, tracker, sightings } of runs) {
      const faces = await detect(frame, tracker.expect(frame.ptsMs));
      sightings.push({ truth, tracks: seenOf(tracker.track(faces, frame.ptsMs)) });
    }
  return runs.flatMap(({ name, sightings }) =>
    rowsOf(`synthetic film, five people, two crossing: ${name}`, scoreTracking(sightings), 1),
  );
}

async function clipRows(session: Graph, folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const clips = [
    ...signingClips(folder).map((path) => ({ path, widthPx: 640, heightPx: 480 })),
    ...FACELESS.map(({ name, ...size }) => ({ path: join(folder, 'clips', name), ...size })),
  ];
  for (const { path, ...size } of clips) {
    const { frames, tracks } = await follow(session, path, size);
    const row = (metric: string, value: number, unit: string) =>
      rows.push({ group: 'tracking', case: `real clip ${basename(path)}`, metric, value, unit });
    row('frames', frames, '');
    row('tracks', tracks.length, '');
    row('frames with the longest', (100 * (tracks[0] ?? 0)) / frames, '%');
  }
  return rows;
}

export const tracking: Part = async ({ realFolder, note }) => {
  note('tracking: simulated scenes');
  const rows = simulatedRows();
  const session = await openFaceNetwork();
  note('tracking: people who cross, composed of the synthetic films');
  rows.push(...(await composedRows(session)));
  if (realFolder === undefined)
    rows.push({
      group: 'tracking',
      case: 'real clips',
      metric: 'frames with the longest',
      value: null,
      unit: '%',
      skipped: 'no ../shared/data/real',
    });
  else {
    note('tracking: real clips');
    rows.push(...(await clipRows(session, realFolder)));
  }
  return rows;
};
