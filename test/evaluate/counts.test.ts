import t from 'tap';
import { confusionOf, detection, unweighted } from '../../agent/evaluate/counts.ts';

const LABELS = ['negative', 'positive', 'surprise'] as const;
type L = (typeof LABELS)[number];

/** Rows: truth; columns: reported. */
const verdicts = (...rows: readonly (readonly number[])[]) =>
  rows.flatMap((row, i) =>
    row.flatMap((n, j) => Array.from({ length: n }, () => ({ truth: LABELS[i]!, reported: LABELS[j]! }))),
  );
const close = (got: number | undefined, wanted: number) => Math.abs((got ?? Number.NaN) - wanted) < 1e-12;

t.test('precision, recall and F1', async (t) => {
  t.same(detection(8, 6, 3), {
    truth: 8,
    reported: 6,
    right: 3,
    precision: 1 / 2,
    recall: 3 / 8,
    f1: 6 / 14,
  });
  t.match(detection(8, 0, 0), { precision: null, recall: 0, f1: 0 }, 'nothing reported');
  t.match(detection(0, 6, 0), { precision: 0, recall: null, f1: 0 }, 'nothing to find');
  t.match(detection(0, 0, 0), { precision: null, recall: null, f1: null }, 'nothing at all');
});

t.test('means over labels by hand', async (t) => {
  const confusion = confusionOf<L>(LABELS, verdicts([4, 1, 1], [2, 2, 0], [0, 0, 2]));
  t.same(confusion.negative, { negative: 4, positive: 1, surprise: 1 });
  const means = unweighted(confusion, LABELS)!;
  // Recall 4/6, 2/4, 2/2; precision 4/6, 2/3, 2/3; F1 8/12, 4/7, 4/5.
  t.ok(close(means.uar, (4 / 6 + 2 / 4 + 1) / 3), 'UAR');
  t.ok(close(means.precision, (4 / 6 + 2 / 3 + 2 / 3) / 3), 'precision');
  t.ok(close(means.uf1, (8 / 12 + 4 / 7 + 4 / 5) / 3), 'UF1');
  const [p, r] = [2 / 3, 13 / 18];
  t.ok(close(means.f1, (2 * p * r) / (p + r)), 'F1');
});

t.test('a label that was never found counts 0, unless it was not there to be found', async (t) => {
  const confusion = confusionOf<L>(LABELS, verdicts([3, 0, 0], [0, 0, 0], [0, 0, 0]));
  t.ok(close(unweighted(confusion, LABELS)?.uf1, 1 / 3), 'three labels in the truth');
  t.ok(close(unweighted(confusion, ['negative'])?.uf1, 1), 'one label in the truth');
});

t.test('all wrong is 0, and of nothing there is no mean', async (t) => {
  const wrong = confusionOf<L>(LABELS, verdicts([0, 1, 0], [0, 0, 1], [1, 0, 0]));
  t.same(unweighted(wrong, LABELS), { precision: 0, uar: 0, uf1: 0, f1: 0 });
  t.equal(unweighted(confusionOf<L>(LABELS, []), LABELS), null);
});
