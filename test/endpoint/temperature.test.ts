import t from 'tap';
import { Temperature } from '../../agent/endpoint/temperature.ts';

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
