import t from 'tap';
import { hottest, Temperature } from '../../agent/endpoint/temperature.ts';

t.test('the hottest zone, whatever some of them say', async (t) => {
  const folder = t.testdir({
    thermal_zone0: { temp: '41500\n' },
    thermal_zone1: { temp: '62250\n' },
    // A zone that is off, and one that answers nonsense.
    thermal_zone2: {},
    thermal_zone3: { temp: '-256000\n' },
    cooling_device0: { temp: '99000\n' },
  });
  t.equal(await hottest(folder), 62.25);
  t.equal(await hottest(t.testdir()), undefined, 'a machine without sensors');
  t.equal(await hottest('/nowhere'), undefined);
});

t.test('coarse, and slow to fall', async (t) => {
  const temperature = new Temperature();
  t.equal(temperature.hottestC, undefined);
  temperature.add(41, 0);
  t.equal(temperature.hottestC, 60);
  temperature.add(59, 60_000);
  t.equal(temperature.hottestC, 60, 'a few degrees more are not told');
  temperature.add(61, 120_000);
  t.equal(temperature.hottestC, 80);
  temperature.add(41, 3_600_000);
  t.equal(temperature.hottestC, 80, 'for an hour');
  temperature.add(undefined, 3_720_000);
  t.equal(temperature.hottestC, 60);
});
