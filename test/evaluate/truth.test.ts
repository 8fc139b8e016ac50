import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { OperatorError } from '../../agent/domain/errors.ts';
import { parseTruth } from '../../agent/evaluate/truth.ts';
import { ROOT } from '../../agent/installation.ts';
import { film, person } from './scene.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a file may hold
type Spoilt = any;

/** What is thrown for a truth that `change` has spoiled. */
function errorOf(change: (truth: Spoilt) => void): OperatorError | undefined {
  const truth = structuredClone(
    film(person('p', [0, 0, 50, 50], [['micro-expression', 10, 20, 'positive']])),
  );
  change(truth);
  try {
    parseTruth(JSON.stringify(truth), 'film.json');
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  return undefined;
}

t.test('the truths of the scene are right', async (t) => {
  for (const name of ['plant-a', 'plant-b']) {
    const file = join(ROOT, `test/scene/${name}.json`);
    const truth = parseTruth(readFileSync(file, 'utf8'), file);
    t.equal(truth.frames, 500);
    t.equal(truth.fps, 25);
  }
});

t.test('a wrong truth is refused with file and key', async (t) => {
  const cases: readonly (readonly [string, (truth: Spoilt) => void, RegExp])[] = [
    ['another schema', (truth) => (truth.schema = 'micron-edge/scene/2'), /^schema: /m],
    ['a key missing', (truth) => delete truth.fps, /^fps: /m],
    ['a key too many', (truth) => (truth.people[0].name = 'x'), /^people\[0\]: .*name/m],
    [
      'boxes short',
      (truth) => truth.people[0].frames.box.pop(),
      /^people\[0\]\.frames\.box: 99 entries for 100/m,
    ],
    ['flags short', (truth) => truth.people[0].frames.visible.pop(), /^people\[0\]\.frames\.visible: 99/m],
    ['points short', (truth) => truth.people[0].frames.landmarks.nose.pop(), /landmarks\.nose: 99/m],
    ['a flag', (truth) => (truth.people[0].frames.visible[3] = 2), /^people\[0\]\.frames\.visible\[3\]: /m],
    ['order', (truth) => (truth.people[0].events[0].apexFrame = 9), /events\[0\]\.apexFrame: .*order/m],
    [
      'label',
      (truth) => (truth.people[0].events[0].label = 'none'),
      /events\[0\]\.label: a micro-expression/m,
    ],
    ['end', (truth) => (truth.people[0].events[0].offsetFrame = 100), /offsetFrame: frame 100 of 100/m],
    ['twice', (truth) => truth.people.push(truth.people[0]), /^people\[1\]\.id: given before/m],
  ];
  for (const [name, change, key] of cases) {
    const error = errorOf(change);
    t.match(error, { fault: 'config', code: 'truth-invalid', message: key }, name);
    t.match(error?.message, /^film\.json is not a ground truth:\n/, name);
  }
});

t.test('many mistakes of one kind do not flood the terminal', async (t) => {
  const message = errorOf((truth) => truth.people[0].frames.visible.fill(7))?.message ?? '';
  t.equal(message.split('\n').length, 12);
  t.match(message, /and 90 more$/);
});

t.test('what is not JSON is said, not quoted', async (t) => {
  t.throws(() => parseTruth('{ secret', 'film.json'), {
    code: 'truth-invalid',
    message: /film\.json.*\nnot JSON/,
  });
  t.throws(() => parseTruth('{ secret', 'film.json'), { message: /^((?!secret)[\s\S])*$/ });
});
