import t from 'tap';
import { whyNothing } from '../../agent/demo/hint.ts';
import { agent } from '../support/processes.ts';

t.test('why a demo has counted nothing', async (t) => {
  t.match(whyNothing(19.1, 2), /too busy.*load 19\.1 on 2 cores.*--cameras 1/);
  t.notMatch(whyNothing(3.5, 2), /busy/, 'the demo itself is no reason');
  t.match(whyNothing(3.5, 2), /--cameras 1/);
});

t.test('what it does not take', async (t) => {
  for (const args of [
    ['--cameras', '3'],
    ['--seconds', 'long'],
    ['--speed', '2'],
  ]) {
    await using demo = agent(['demo', ...args]);
    t.equal(await demo.exited, 2, args.join(' '));
    t.match(demo.stderr, new RegExp(args[0]!));
    t.notMatch(demo.stderr, /\n +at /);
  }
});
