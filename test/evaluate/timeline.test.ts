import t from 'tap';
import { Timeline } from '../../agent/evaluate/timeline.ts';

t.test('the first picture is frame 0, whatever its time', async (t) => {
  const timeline = new Timeline(25, 80);
  t.same(
    [80, 120, 80 + 499 * 40, 80 + 500 * 40].map((ms) => timeline.frameOf(ms)),
    [0, 1, 499, 500],
  );
});

t.test('time stamps that were rounded to a microsecond are whole frames', async (t) => {
  const timeline = new Timeline(30, 0);
  for (let frame = 0; frame < 3000; frame++) {
    const ms = Number((frame / 30).toFixed(6)) * 1000;
    if (timeline.positionOf(ms) !== frame) t.fail(`frame ${frame} at ${timeline.positionOf(ms)}`);
  }
  t.pass('3000 frames');
});

t.test('times between frames stay where they are', async (t) => {
  t.same(new Timeline(25, 0).interval(410, 800), { from: 10.25, to: 21 });
});

t.test('another frame rate is noticed', async (t) => {
  const timeline = new Timeline(25, 0);
  t.equal(timeline.frameOf(0), 0);
  t.throws(() => timeline.frameOf(2000 / 30), {
    fault: 'config',
    code: 'truth-mismatch',
    message: /0\.067 s.*25 frames\/s/,
  });
});
