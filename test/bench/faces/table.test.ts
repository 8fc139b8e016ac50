import t from 'tap';
import type { Row } from './row.ts';
import { table } from './table.ts';

t.test('cases with the same metrics share a block; what was skipped says why', async (t) => {
  const row = (name: string, metric: string, value: number | null, skipped?: string): Row => ({
    group: 'detection',
    case: name,
    metric,
    value,
    unit: metric === 'recall' ? '%' : '',
    ...(skipped === undefined ? {} : { skipped }),
  });
  t.equal(
    table([
      row('one', 'recall', 97.25),
      row('one', 'false', 3),
      row('two', 'recall', null, 'no footage'),
      row('two', 'false', null),
      row('three', 'cost', 0.0123),
    ]),
    [
      'detection  recall %  false',
      'one           97.25      3',
      'two         skipped      -',
      '',
      'detection   cost',
      'three      0.012',
      '',
      'skipped: two: no footage',
    ].join('\n'),
  );
});
