import t from 'tap';
import { spanning } from '../../agent/evaluate/interval.ts';
import { Actor } from '../../agent/evaluate/people.ts';
import { FRAMES, film, PLACE, person } from './scene.ts';

const acts = [
  ['head-motion', 10, 39],
  ['talk', 30, 59],
  ['blink', 35, 37],
  ['micro-expression', 70, 75, 'surprise'],
] as const;
const truth = film(
  person(
    'p',
    [100, 40, 60, 80],
    acts.map((act) => [...act]),
  ),
);
const actor = (frames = FRAMES, of = truth, i = 0) => new Actor(of.people[i]!, of, PLACE, frames);

t.test('the truth is scaled to the analysis frame', async (t) => {
  t.same(actor().boxAt(3), { x: 50, y: 20, width: 30, height: 40 });
});

t.test('of what happens at once, what is over soonest names the frame', async (t) => {
  const p = actor();
  t.same(
    [0, 10, 29, 30, 35, 37, 38, 59, 60, 70, 75, 76].map((frame) => p.activityAt(frame)),
    [
      'nothing',
      ...['head-motion', 'head-motion', 'talk', 'blink', 'blink', 'talk', 'talk'],
      ...['nothing', 'micro-expression', 'micro-expression', 'nothing'],
    ],
  );
});

t.test('what was going on during an interval', async (t) => {
  const p = actor();
  // Three frames still, two of the turn.
  t.equal(p.activityIn(spanning(7, 11)), 'head-motion', 'a touch is enough');
  // Three frames of the blink, one of speech.
  t.equal(p.activityIn(spanning(35, 38)), 'blink', 'most of it');
  t.equal(p.activityIn(spanning(62, 68)), 'nothing');
  // Frames 67..72: three of six in the micro-expression.
  t.equal(p.activityIn(spanning(67, 72)), 'micro-expression', 'half of it');
  t.equal(p.activityIn(spanning(66, 72)), 'nothing', 'less than half excuses nothing');
});

t.test('a recording that shows the film again shows everything again', async (t) => {
  const p = actor(2 * FRAMES + 75);
  t.same(
    p.occurrences.map(({ onsetFrame, apexFrame, offsetFrame }) => [onsetFrame, apexFrame, offsetFrame]),
    [
      [70, 72, 75],
      [170, 172, 175],
    ],
    'what is broken off in the third showing does not count',
  );
  t.equal(actor(2 * FRAMES + 76).occurrences.length, 3, 'one more frame and it is whole');
  t.equal(p.activityAt(2 * FRAMES + 36), 'blink');
});

t.test('outside the zones nothing counts, nor does what begins or ends there', async (t) => {
  const out = film(
    person('out', [320, 40, 60, 80], [['micro-expression', 70, 75, 'positive']]),
    person(
      'walks',
      [100, 40, 60, 80],
      [
        ['micro-expression', 20, 25, 'positive'],
        ['micro-expression', 70, 75, 'positive'],
      ],
    ),
    person('hides', [100, 40, 60, 80], [['micro-expression', 70, 75, 'positive']]),
  );
  for (let frame = 72; frame < FRAMES; frame++) out.people[1]!.frames.box[frame] = [320, 40, 60, 80];
  out.people[2]!.frames.visible[71] = 0;
  const counts = (i: number) => actor(FRAMES, out, i).occurrences.map((each) => each.counts);
  t.same(counts(0), [false]);
  t.same(counts(1), [true, false]);
  t.same(counts(2), [false]);
  t.same(
    [71, 72].map((frame) => actor(FRAMES, out, 1).counts(frame)),
    [true, false],
  );
  t.equal(actor(FRAMES, out, 2).boxAt(71), undefined);
});
