import t from 'tap';
import type { Label } from '../../agent/domain/signal.ts';
import { Actor } from '../../agent/evaluate/people.ts';
import { judgeSlots } from '../../agent/evaluate/slots.ts';
import { Timeline } from '../../agent/evaluate/timeline.ts';
import { FPS, FRAMES, film, PLACE, person } from './scene.ts';

const truth = film(
  person(
    'p',
    [0, 0, 80, 80],
    [
      ['micro-expression', 15, 20, 'positive'],
      ['micro-expression', 42, 45, 'negative'],
      ['micro-expression', 50, 55, 'surprise'],
    ],
  ),
);
const actor = new Actor(truth.people[0]!, truth, PLACE, FRAMES);
const who = new Map([
  [1, actor],
  [2, undefined],
]);
const slot = (sinceFrame: number, untilFrame: number, label: Label, trackId = 1) => ({
  trackId,
  sinceMs: sinceFrame * 100,
  untilMs: untilFrame * 100,
  label,
});
const judge = (...slots: ReturnType<typeof slot>[]) => judgeSlots(slots, who, new Timeline(FPS, 0));

t.test('a slot should say what ended in it', async (t) => {
  // The first event ends with frame 20: in (0, 20], not in (20, 40].
  const { confusion, right, counted, accuracy } = judge(slot(0, 20, 'positive'), slot(20, 40, 'positive'));
  t.equal(confusion.positive.positive, 1);
  t.equal(confusion.none.positive, 1);
  t.same([right, counted, accuracy], [1, 2, 0.5]);
});

t.test('of two events, the longer', async (t) => {
  t.equal(judge(slot(40, 60, 'surprise')).confusion.surprise.surprise, 1);
  t.equal(judge(slot(40, 50, 'none')).confusion.negative.none, 1);
});

t.test('what is nobody should say none', async (t) => {
  const { confusion, nobody } = judge(slot(0, 20, 'negative', 2), slot(0, 20, 'none', 2));
  t.same([confusion.none.negative, confusion.none.none, nobody], [1, 1, 2]);
});

t.test('means over the labels that were true, and no slot at all', async (t) => {
  // none: 1 of 2 true, 1 of 1 said: F1 2/3. positive: 1 of 1 true, 1 of 2 said: F1 2/3.
  const { unweighted } = judge(slot(0, 20, 'positive'), slot(20, 40, 'positive'), slot(60, 80, 'none'));
  t.ok(Math.abs(unweighted!.uf1 - 2 / 3) < 1e-12);
  t.match(judge(), { counted: 0, accuracy: null, unweighted: null });
});
