import t from 'tap';
import { Actor } from '../../agent/evaluate/people.ts';
import { whoIsWho } from '../../agent/evaluate/tracks.ts';
import { FRAMES, film, PLACE, person } from './scene.ts';

const truth = film(person('a', [0, 0, 80, 80], []), person('b', [120, 0, 80, 80], []));
const actors = truth.people.map((each) => new Actor(each, truth, PLACE, FRAMES));
const box = (x: number, y = 0, size = 40) => ({ x, y, width: size, height: size });

/** Tracks as lists of boxes, one a frame. */
const who = (...tracks: readonly (readonly ReturnType<typeof box>[])[]) =>
  [
    ...whoIsWho(
      tracks.flatMap((boxes, i) =>
        boxes.map((each, frame) => ({ trackId: i, ptsMs: frame * 100, box: each })),
      ),
      actors,
      (ms) => ms / 100,
    ).values(),
  ].map((actor) => actor?.id);

t.test('a track is the person it lies on, also when it is a little off', async (t) => {
  t.same(who([box(0)], [box(60)], [box(10, 5)]), ['a', 'b', 'a']);
});

t.test('a face where nobody is, or a box far too large, is nobody', async (t) => {
  t.same(who([box(0, 60)], [box(0, 0, 90)]), [undefined, undefined]);
});

t.test('the majority of frames decides, and half is none', async (t) => {
  t.same(who([box(0), box(0), box(60)]), ['a']);
  t.same(who([box(0), box(0), box(60), box(60)]), [undefined]);
  t.same(who([box(0), box(0, 60), box(0, 60)]), [undefined], 'frames on nobody are votes too');
});
