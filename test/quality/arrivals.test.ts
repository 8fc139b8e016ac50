import t from 'tap';
import { Arrivals } from '../../agent/quality/arrivals.ts';

t.test('the rate of the last ten seconds; nothing before there are two pictures', async (t) => {
  const arrivals = new Arrivals();
  t.equal(arrivals.perSecond(), 0);
  for (let ms = 0; ms <= 3_000; ms += 40) arrivals.note(ms);
  t.equal(arrivals.perSecond(), 0);
  for (let ms = 3_040; ms <= 20_000; ms += 40) arrivals.note(ms);
  t.equal(arrivals.perSecond(), 25);
  for (let ms = 20_100; ms <= 40_000; ms += 100) arrivals.note(ms);
  t.equal(arrivals.perSecond(), 10);
});

t.test(
  'a decoder that hands out at once what it has held back does not count, again after a new connection',
  async (t) => {
    const arrivals = new Arrivals();
    for (const begin of [0, 60_000]) {
      // Fifty at once, on a box that takes two seconds to read them.
      for (let i = 0; i < 50; i++) arrivals.note(begin + i * 40);
      for (let i = 0; i < 50; i++) arrivals.note(begin + 2_000 + i);
      for (let ms = begin + 2_080; ms <= begin + 5_000; ms += 40) arrivals.note(ms);
      t.equal(arrivals.perSecond(), 25);
      arrivals.forget();
      t.equal(arrivals.perSecond(), 0);
    }
  },
);
