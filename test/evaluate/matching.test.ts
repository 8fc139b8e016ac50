import t from 'tap';
import { type Interval, iou, spanning } from '../../agent/evaluate/interval.ts';
import { MIN_IOU, match } from '../../agent/evaluate/matching.ts';
import { seeded } from '../support/random.ts';

const SEED = 20261123;
const ROUNDS = 300;

t.test('an overlap of exactly one half is enough, less is not', async (t) => {
  // Frames 0..9 and 0..4: 5 of 10. Frames 0..9 and 0..3: 4 of 10.
  t.same(match([spanning(0, 9)], [spanning(0, 4)]), [{ truth: 0, spotted: 0, iou: 0.5 }]);
  t.same(match([spanning(0, 9)], [spanning(0, 3)]), []);
});

t.test('each at most once: the better of two reports counts, the other is left over', async (t) => {
  t.same(match([spanning(10, 19)], [spanning(10, 16), spanning(10, 18)]), [
    { truth: 0, spotted: 1, iou: 0.9 },
  ]);
});

t.test('taking the first that fits would lose a pair here', async (t) => {
  // The first report fits both (8 of 12 frames, 7 of 13), the second only the first truth (9 of 10; 4 of 15).
  const truth = [spanning(0, 9), spanning(5, 14)];
  const reports = [spanning(2, 11), spanning(0, 8)];
  t.same(
    match(truth, reports).map((pair) => [pair.truth, pair.spotted]),
    [
      [0, 1],
      [1, 0],
    ],
  );
});

t.test('nothing to match', async (t) => {
  t.same(match([], []), []);
  t.same(match([spanning(0, 9)], []), []);
  t.same(match([], [spanning(0, 9)]), []);
});

/** Most pairs, then largest sum of overlaps, by trying all ways. */
function best(
  truth: readonly Interval[],
  spotted: readonly Interval[],
  row = 0,
  used = new Set<number>(),
): [pairs: number, sum: number] {
  if (row === truth.length) return [0, 0];
  let found = best(truth, spotted, row + 1, used);
  spotted.forEach((interval, i) => {
    const overlap = iou(truth[row]!, interval);
    if (used.has(i) || overlap < MIN_IOU) return;
    used.add(i);
    const [pairs, sum] = best(truth, spotted, row + 1, used);
    used.delete(i);
    if (pairs + 1 > found[0] || (pairs + 1 === found[0] && sum + overlap > found[1]))
      found = [pairs + 1, sum + overlap];
  });
  return found;
}

t.test(`as good as the best of all ways to pair, in ${ROUNDS} random rounds, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const whole = (below: number) => Math.floor(random() * below);
  const some = () =>
    Array.from({ length: whole(6) }, () => {
      const from = whole(12);
      return spanning(from, from + 2 + whole(10));
    });
  let pairsSeen = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [truth, spotted] = [some(), some()];
    const matches = match(truth, spotted);
    const [pairs, sum] = best(truth, spotted);
    const got = matches.reduce((total, each) => total + each.iou, 0);
    if (matches.length !== pairs || Math.abs(got - sum) > 1e-9)
      t.fail(`round ${round}: ${matches.length} pairs, ${got}; could be ${pairs}, ${sum}`);
    if (
      new Set(matches.map((each) => each.truth)).size !== pairs ||
      new Set(matches.map((each) => each.spotted)).size !== pairs
    )
      t.fail(`round ${round}: used twice`);
    for (const each of matches)
      if (each.iou < MIN_IOU || each.iou !== iou(truth[each.truth]!, spotted[each.spotted]!))
        t.fail(`round ${round}: a pair at ${each.iou}`);
    const mirrored = match(spotted, truth);
    if (mirrored.length !== pairs) t.fail(`round ${round}: the other way round ${mirrored.length} pairs`);
    pairsSeen += pairs;
  }
  t.ok(pairsSeen > ROUNDS / 2, `${pairsSeen} pairs`);
});
