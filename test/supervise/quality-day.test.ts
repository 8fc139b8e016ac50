import t from 'tap';
import { QualityDay } from '../../agent/supervise/quality-day.ts';

const DAY = 86_400_000;
const NOON = DAY * 20_000 + DAY / 2;

t.test('what most faces of a day lacked is told on the next, and never on the same', async (t) => {
  const day = new QualityDay();
  for (let i = 0; i < 1_000; i++) {
    day.add({ counted: 5, 'frame-rate': 0, 'face-height': 20 }, NOON + i);
    if (day.before(NOON + i).length > 0) t.fail('told too early');
  }
  t.same(day.before(NOON + DAY), ['face-height']);
  day.add({ counted: 0, 'frame-rate': 9_000, 'face-height': 0 }, NOON + DAY);
  t.same(day.before(NOON + DAY), ['face-height'], 'all day long the same');
  t.same(day.before(NOON + 2 * DAY), [], 'too few faces to say anything');
  day.add({ counted: 0, 'frame-rate': 90_000, 'face-height': 0 }, NOON + 2 * DAY);
  t.same(day.before(NOON + 9 * DAY), [], 'long ago');
});

t.test('nothing where most of it counted', async (t) => {
  const day = new QualityDay();
  day.add({ counted: 60_000, 'frame-rate': 20_000, 'face-height': 20_000 }, NOON);
  t.same(day.before(NOON + DAY), []);
});
