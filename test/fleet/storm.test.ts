import t from 'tap';
import { stormOf } from './storm.ts';

t.test('a storm: half, most, all, and its peak wherever it lies', async (t) => {
  const before = [500, 999];
  const after = [1_100, 1_900, 2_000, 2_050, 2_899, 6_000];
  const storm = stormOf([...after, ...before], 1_000);
  t.match(storm, { back: 6, halfS: 1, allS: 5, peakPerS: 4 });
  t.same(storm.perSecond, [2, 3, 0, 0, 0, 1]);
});

t.test('all in one moment', async (t) => {
  t.match(stormOf(new Array(100).fill(7), 0), { back: 100, peakPerS: 100, allS: 0.007 });
});

t.test('nobody', async (t) => {
  t.match(stormOf([], 0), { back: 0, peakPerS: 0, perSecond: [] });
});
