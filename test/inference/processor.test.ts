import t from 'tap';
import { int8Overflows } from '../../agent/inference/processor.ts';

t.test('int8 takes the slow way on x64 without VNNI, and where nobody knows', async (t) => {
  const flags = (text: string) => () => `processor : 0\nflags\t\t: fpu sse4_2 avx2 ${text}\n`;
  t.equal(int8Overflows('x64', flags('avx512f avx512bw')), true);
  t.equal(int8Overflows('x64', flags('avx512f avx512_vnni')), false);
  t.equal(int8Overflows('x64', flags('avx_vnni')), false);
  t.equal(int8Overflows('arm64', flags('')), false);
  const hidden = () => {
    throw new Error('ENOENT');
  };
  t.equal(int8Overflows('x64', hidden), true);
});
