import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { frames } from '../../agent/decode/source.ts';
import { filmFolder, makeFilm } from '../camera/ffmpeg.ts';
import { filmOf } from '../camera/film.ts';
import { seeded } from '../support/random.ts';
import { mutated } from './mutate.ts';
import { IS_LONG, SEED } from './target.ts';

const SIZE = { widthPx: 160, heightPx: 90 };
const START_CODE = Buffer.from([0, 0, 0, 1]);
/** So long without a picture or an end is a hang. */
const MOST_MS = 5_000;
const TRIES = 3;

/** Decodes a film to its end, or until nothing comes. */
async function watch(path: string) {
  const seen = { pictures: 0, wrong: 0, hung: false, ms: 0 };
  const ended = new AbortController();
  const timer = setTimeout(() => {
    seen.hung = true;
    ended.abort();
  }, MOST_MS);
  const startedMs = performance.now();
  const source = frames(
    {
      url: pathToFileURL(path).href,
      transport: 'tcp',
      decoder: 'software',
      ...SIZE,
      stallMs: 5_000,
      reconnect: { firstMs: 1, mostMs: 1 },
      realTime: false,
    },
    // A film in which nothing can be decoded is not tried again here.
    { onState: (state) => (state === 'waiting' ? ended.abort() : undefined), onDrop() {} },
    ended.signal,
  );
  for await (const { frame } of source) {
    seen.pictures++;
    timer.refresh();
    if (frame.image.data.length !== (SIZE.widthPx * SIZE.heightPx * 3) / 2) seen.wrong++;
  }
  clearTimeout(timer);
  seen.ms = performance.now() - startedMs;
  return seen;
}

t.test('damaged coded pictures: the decoder ends, and what it hands out has the right size', async (t) => {
  const folder = filmFolder(t);
  const work = join(folder, 'work');
  mkdirSync(work);
  const films = await Promise.all([
    makeFilm(join(folder, 'h264.mp4'), 2),
    makeFilm(join(folder, 'high.mp4'), 2, '-preset', 'medium', '-bf', '2'),
    makeFilm(join(folder, 'hevc.mp4'), 2, '-c:v', 'libx265', '-x265-params', 'log-level=error'),
  ]);
  const read = films.map((path) => filmOf(readFileSync(path)));
  const random = seeded(SEED);
  const wanted = IS_LONG ? 15_000 : 150;
  let damaged = 0;
  let handedOut = 0;
  let slowestMs = 0;
  while (damaged < wanted) {
    const film = read[Math.floor(random() * read.length)]!;
    const units = film.accessUnits.flatMap(({ nalUnits }) => nalUnits);
    const rate = random() ** 2;
    const bytes = units.flatMap((unit) => {
      if (random() > rate) return [START_CODE, unit];
      damaged++;
      return [START_CODE, mutated(random, [unit])];
    });
    const path = join(work, `damaged.${film.codec.toLowerCase()}`);
    writeFileSync(path, Buffer.concat(bytes));
    let watched = await watch(path);
    // What hangs, hangs again; a busy machine does not.
    for (let tries = 1; watched.hung && tries < TRIES; tries++) watched = await watch(path);
    if (watched.hung)
      t.fail(`neither picture nor end for ${MOST_MS} ms, seed ${SEED}, after ${damaged} damaged units`);
    if (watched.wrong > 0) t.fail(`${watched.wrong} pictures of another size`);
    handedOut += watched.pictures;
    slowestMs = Math.max(slowestMs, watched.ms);
    rmSync(path);
  }
  t.ok(handedOut > 0, 'some can be decoded');
  t.comment(
    `${damaged} damaged NAL units, ${handedOut} pictures handed out, slowest film ${Math.round(slowestMs)} ms, seed ${SEED}`,
  );
});
