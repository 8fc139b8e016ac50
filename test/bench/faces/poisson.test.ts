import t from 'tap';
import { rateOf, ratioOf } from './poisson.ts';

const near = (a: number, b: number) => Math.abs(a - b) < 5e-3 * Math.max(1, Math.abs(b));

t.test('the interval of a rate is that of the tables', async (t) => {
  // Garwood 1936: none seen in one unit, 0 to 3.689; ten, 4.795 to 18.39.
  t.equal(rateOf(0, 1).low, 0);
  t.ok(near(rateOf(0, 1).high, 3.689));
  t.ok(near(rateOf(10, 1).low, 4.795));
  t.ok(near(rateOf(10, 1).high, 18.39));
  t.ok(near(rateOf(10, 2).high, 9.195), 'by exposure');
});

t.test('the interval of a ratio follows from the binomial one', async (t) => {
  // Clopper and Pearson of 8 in 10: 0.444 to 0.975.
  const { value, low, high } = ratioOf({ events: 8, exposure: 2 }, { events: 2, exposure: 1 });
  t.equal(value, 2);
  t.ok(near(low, 0.4439 / (1 - 0.4439) / 2));
  t.ok(near(high, 0.97479 / (1 - 0.97479) / 2));
  t.equal(ratioOf({ events: 5, exposure: 1 }, { events: 0, exposure: 1 }).high, Number.POSITIVE_INFINITY);
  t.ok(ratioOf({ events: 5, exposure: 1 }, { events: 0, exposure: 1 }).low > 0.9, 'one-sided beyond chance');
  t.equal(ratioOf({ events: 0, exposure: 1 }, { events: 5, exposure: 1 }).low, 0);
});
