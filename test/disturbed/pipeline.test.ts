import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { ALL_AT_ONCE, DISTURBANCES, disturbed, resized, SEED, UNDISTURBED } from './films.ts';
import { type Played, played } from './played.ts';

const isLong = process.env.MICRON_EDGE_DISTURBED === 'long';
/**
 * What a disturbance may bring in 20 seconds of two or three people, over what there is without it: false events, or where
 * nothing tells which are false, events.
 */
const ALLOWED = { falseEvents: 1, events: 2 };

const folder = filmFolder(t);
const scene = (name: string, type: string) => join(ROOT, `test/scene/${name}.${type}`);
const figures = ({ pictures, faceSeconds, facesAtTheEnd, events, falseEvents, f1 }: Played) =>
  `${pictures} pictures, ${faceSeconds.toFixed(1)} s of faces, ${facesAtTheEnd} at the end, ${events} events` +
  (falseEvents === undefined ? '' : `, ${falseEvents} of them false, F1 ${f1?.toFixed(3) ?? '-'}`);

t.test(`${ALL_AT_ONCE.name}: no burst of events, and faces count again at the end`, async (t) => {
  t.comment(`seed ${SEED}`);
  const film = await disturbed(ALL_AT_ONCE, scene('plant-a', 'mp4'), 10, folder);
  const all = await played(film, scene('plant-a', 'json'), { analysis: { widthPx: 480, heightPx: 270 } });
  t.comment(figures(all));
  t.ok(all.pictures > 190 && all.pictures < 250, `${all.pictures} of 250 pictures are left`);
  t.ok(all.falseEvents! <= ALLOWED.falseEvents, `${all.falseEvents} false events`);
  t.equal(all.facesAtTheEnd, 2);
});

const SECONDS = 20;
for (const name of isLong ? ['plant-a', 'plant-b'] : []) {
  const film = scene(name, 'mp4');
  const truth = scene(name, 'json');
  const films = join(folder, name);
  mkdirSync(films);
  let known: Promise<Played> | undefined;
  const undisturbed = () => {
    known ??= disturbed(UNDISTURBED, film, SECONDS, films).then((path) => played(path, truth));
    return known;
  };
  const judge = async (t: Test, now: Played) => {
    const calm = await undisturbed();
    t.comment(figures(now));
    if (now.falseEvents === undefined)
      t.ok(now.events <= calm.events + ALLOWED.events, `${now.events} events after ${calm.events}`);
    else
      t.ok(
        now.falseEvents <= calm.falseEvents! + ALLOWED.falseEvents,
        `${now.falseEvents} false events after ${calm.falseEvents}`,
      );
  };
  t.test(`${name}: ${UNDISTURBED.name}`, async (t) => judge(t, await undisturbed()));
  for (const each of DISTURBANCES)
    t.test(`${name}: ${each.name}`, async (t) => {
      const path = await disturbed(each, film, SECONDS, films);
      const { rotate = 0, isWithoutTruth = false } = each;
      const now = await played(path, isWithoutTruth ? undefined : truth, { rotate });
      await judge(t, now);
      if (!isWithoutTruth)
        t.equal(now.facesAtTheEnd, (await undisturbed()).facesAtTheEnd, 'everybody counts at the end');
    });
  t.test(`${name}: the size of the picture changes and changes back`, async (t) => {
    const now = await played(await resized(film, SECONDS, films), truth);
    await judge(t, now);
    t.equal(now.facesAtTheEnd, (await undisturbed()).facesAtTheEnd, 'everybody counts at the end');
  });
}
