import t from 'tap';
import { noFaceFrames } from '../../agent/domain/quality.ts';
import { QualityDay } from '../../agent/supervise/quality-day.ts';

const DAY = 86_400_000;
const NOON = DAY * 20_000 + DAY / 2;

t.test('what most faces of a day lacked is told on the next, and never on the same', async (t) => {
  const day = new QualityDay();
  for (let i = 0; i < 1_000; i++) {
    day.add({ ...noFaceFrames(), counted: 5, 'face-height': 20 }, NOON + i);
    if (day.before(NOON + i).length > 0) t.fail('told too early');
  }
  t.same(day.before(NOON + DAY), ['face-height']);
  day.add({ ...noFaceFrames(), 'frame-rate': 9_000 }, NOON + DAY);
  t.same(day.before(NOON + DAY), ['face-height'], 'all day long the same');
  t.same(day.before(NOON + 2 * DAY), [], 'too few faces to say anything');
  day.add({ ...noFaceFrames(), 'frame-rate': 90_000 }, NOON + 2 * DAY);
  t.same(day.before(NOON + 9 * DAY), [], 'long ago');
});

t.test('nothing where most of it counted', async (t) => {
  const day = new QualityDay();
  day.add({ ...noFaceFrames(), counted: 60_000, 'frame-rate': 20_000, blur: 20_000 }, NOON);
  t.same(day.before(NOON + DAY), []);
});

t.test('of several reasons the most frequent is told, and no other', async (t) => {
  const day = new QualityDay();
  day.add({ ...noFaceFrames(), counted: 40_000, pose: 20_000, blur: 30_000 }, NOON);
  t.same(day.before(NOON + DAY), ['blur']);
});
