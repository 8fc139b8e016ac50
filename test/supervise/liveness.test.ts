import t from 'tap';
import { Liveness } from '../../agent/supervise/liveness.ts';

const looksUntil = (liveness: Liveness, most: number, each = () => {}) => {
  for (let n = 1; n <= most; n++) {
    each();
    const ailment = liveness.look();
    if (ailment !== undefined) return `${ailment} after ${n}`;
  }
  return undefined;
};
const speaks = (liveness: Liveness, arrived: number, looked: number) => () => {
  liveness.spoke();
  liveness.worked({ arrived, looked });
};

t.test('silence is death, but loading takes its time', async (t) => {
  const loading = new Liveness(true);
  t.equal(looksUntil(loading, 100), 'process-hung after 61');
  t.equal(looksUntil(new Liveness(false), 1_000), 'process-hung after 901', 'TensorRT plans for minutes');
  const spoken = new Liveness(true);
  spoken.spoke();
  t.equal(looksUntil(spoken, 100), 'process-hung after 21');
});

t.test('words alone are no progress while pictures come', async (t) => {
  const stuck = new Liveness(true);
  t.equal(looksUntil(stuck, 100, speaks(stuck, 25, 0)), 'process-stuck after 16');
  const working = new Liveness(true);
  t.equal(looksUntil(working, 10_000, speaks(working, 25, 2)), undefined);
  const off = new Liveness(true);
  t.equal(looksUntil(off, 10_000, speaks(off, 0, 0)), undefined, 'the camera is off');
  t.ok(off.worked({ arrived: 0, looked: 0 }));
  t.notOk(off.worked({ arrived: 1, looked: 0 }));
});
