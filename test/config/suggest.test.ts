import t from 'tap';
import { editDistance, nearestTo } from '../../agent/config/suggest.ts';

t.test('distance', async (t) => {
  const cases: readonly [string, string, number][] = [
    ['', '', 0],
    ['abc', '', 3],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['zone', 'zoen', 1],
    ['url', 'uri', 1],
  ];
  for (const [a, b, expected] of cases) t.equal(editDistance(a, b), expected, `${a} ${b}`);
});

t.test('what was probably meant', async (t) => {
  const known = ['url', 'username', 'passwordFile', 'keepaliveS', 'tls'];
  const cases: readonly [string, string | undefined][] = [
    ['uri', 'url'],
    ['user', undefined],
    ['user_name', 'username'],
    ['USERNAME', 'username'],
    ['password', 'passwordFile'],
    ['keepalive', 'keepaliveS'],
    ['elephant', undefined],
    ['x'.repeat(10_000), undefined],
  ];
  for (const [key, expected] of cases) t.equal(nearestTo(key, known), expected, key.slice(0, 20));
  t.equal(nearestTo('a', []), undefined);
});
