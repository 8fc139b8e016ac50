import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { createCutDetector } from '../../agent/detect/cut.ts';
import { ROOT } from '../../agent/installation.ts';
import { createTracker } from '../../agent/track/tracker.ts';
import { detectorOf, openFaceNetwork } from '../bench/faces/open.ts';
import { picturesOf } from '../support/film.ts';
import { seeded } from '../support/random.ts';

const run = promisify(execFile);
const SIZE = { widthPx: 480, heightPx: 270 };
const SEED = 20261125;
const SCENE = join(ROOT, 'test/scene/plant-a.mp4');
const session = await openFaceNetwork();

/** Runs a film through decoder, detector and tracker: how many frames came, and which confirmed tracks each shows. */
async function follow(path: string, keep: (frame: number) => boolean = () => true) {
  const detect = detectorOf(session, SIZE);
  const tracker = createTracker();
  const isCut = createCutDetector();
  const shown: number[][] = [];
  let at = 0;
  for await (const { frame } of picturesOf(path, SIZE)) {
    if (!keep(at++)) continue;
    if (isCut(frame.image)) tracker.end();
    const faces = await detect(frame, tracker.expect(frame.ptsMs));
    shown.push(
      tracker
        .track(faces, frame.ptsMs)
        .filter(({ confirmed, detected }) => confirmed && detected)
        .map(({ trackId }) => trackId),
    );
  }
  return shown;
}

/** A film made by FFmpeg of the first seconds of the scene. */
async function film(folder: string, name: string, ...args: string[]): Promise<string> {
  const path = join(folder, name);
  await run('ffmpeg', ['-v', 'error', '-y', ...args, path]);
  return path;
}

const first = (seconds: number) => ['-t', String(seconds), '-i', SCENE];

t.test('disturbed pictures', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'micron-edge-disturbed-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const ids = (shown: readonly (readonly number[])[]) => [...new Set(shown.flat())].sort((a, b) => a - b);

  await t.test(`a fifth of the frames lost, seed ${SEED}: everybody keeps the one track`, async (t) => {
    const random = seeded(SEED);
    const path = await film(folder, 'short.mp4', ...first(3), '-c', 'copy');
    const shown = await follow(path, () => random() >= 0.2);
    t.same(ids(shown), [1, 2]);
    t.ok(shown.slice(5).every((tracks) => tracks.length === 2));
  });

  await t.test('interlaced', async (t) => {
    const path = await film(
      folder,
      'interlaced.mp4',
      ...[...first(1.5), '-vf', 'tinterlace=interleave_top', '-flags', '+ilme+ildct', '-preset', 'ultrafast'],
    );
    t.same(ids(await follow(path)), [1, 2]);
  });

  await t.test(
    'the size of the picture changes in the middle: every frame has the size that was asked for',
    async (t) => {
      const large = await film(folder, 'large.ts', ...first(1), '-an', '-preset', 'ultrafast');
      const small = await film(
        folder,
        'small.ts',
        ...first(1),
        '-vf',
        'scale=640:360',
        '-preset',
        'ultrafast',
      );
      const joined = await film(folder, 'joined.ts', '-i', `concat:${large}|${small}`, '-c', 'copy');
      const shown = await follow(joined);
      t.ok(shown.length >= 48, `${shown.length} frames of 50`);
      t.ok(
        shown.slice(-5).every((tracks) => tracks.length === 2),
        'and the faces are followed to the end',
      );
    },
  );

  await t.test(
    'black, then light again: the tracks before are not those after; a frozen picture changes nothing',
    async (t) => {
      const path = await film(
        folder,
        'black.mp4',
        ...first(3),
        '-vf',
        "drawbox=t=fill:color=black:enable='between(n,25,40)',loop=loop=20:size=1:start=60",
        ...['-preset', 'ultrafast'],
      );
      const shown = await follow(path);
      t.same(ids(shown.slice(0, 25)), [1, 2]);
      t.same(ids(shown.slice(25, 41)), []);
      t.same(ids(shown.slice(41)), [3, 4]);
      t.ok(
        shown.slice(60, 80).every((tracks) => tracks.length === 2),
        'while it stands still',
      );
    },
  );
});
