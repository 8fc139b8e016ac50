import t from 'tap';
import { evaluate } from '../../agent/evaluate/evaluation.ts';
import type { Outcome } from '../../agent/evaluate/outcomes.ts';
import { createRecorder } from '../../agent/evaluate/recording.ts';
import { explained, regionsMovedBy } from '../../agent/evaluate/regions.ts';
import { scoresCsv } from '../../agent/evaluate/scores.ts';
import { table } from '../../agent/evaluate/table.ts';
import { FPS, FRAMES, film, PLACE, person, spotted } from './scene.ts';

const truth = film(
  person(
    'a',
    [0, 0, 80, 80],
    [
      ['micro-expression', 30, 34, 'negative'],
      ['talk', 50, 69],
      ['micro-expression', 80, 84, 'positive'],
    ],
  ),
  person(
    'b',
    [120, 0, 80, 80],
    [
      ['blink', 20, 24],
      ['micro-expression', 40, 44, 'surprise'],
      ['micro-expression', 60, 64, 'positive'],
    ],
  ),
  // Outside every zone: never watched, never missed.
  person('c', [320, 0, 80, 80], [['micro-expression', 40, 44, 'surprise']]),
);
const BOXES = [
  { trackId: 1, box: { x: 0, y: 0, width: 40, height: 40 } },
  { trackId: 2, box: { x: 60, y: 0, width: 40, height: 40 } },
  // A face that the detector sees in the wall.
  { trackId: 3, box: { x: 0, y: 50, width: 40, height: 40 } },
];

function recorded() {
  const recorder = createRecorder();
  const events = [
    spotted(1, 30, 34, 'negative'), // right
    spotted(1, 52, 56, 'surprise'), // wrong, while talking
    spotted(1, 80, 83, 'surprise'), // right (4 of 5 frames), wrong label
    spotted(2, 21, 25, 'negative'), // wrong, blink
    spotted(2, 42, 47, 'surprise'), // 3 of 8 frames: mistimed, half of it inside
    spotted(2, 60, 64, 'none'), // spotted, then called none
    spotted(2, 90, 94, 'positive'), // wrong, nothing went on
    spotted(3, 70, 74, 'positive'), // on the wall
  ];
  for (let frame = 0; frame < FRAMES; frame++) {
    recorder.picture(frame * 100);
    // The first ten frames are not yet counted by the pipeline.
    const faces = frame < 10 ? [] : BOXES;
    recorder.onFrame(
      frame * 100,
      faces,
      events.filter(({ offsetMs }) => offsetMs === frame * 100),
    );
  }
  recorder.onScore({ trackId: 1, ptsMs: 400, score: 0.25, z: -1.5 });
  recorder.onSlot({ trackId: 1, sinceMs: 1000, untilMs: 4000, label: 'negative' });
  recorder.onSlot({ trackId: 2, sinceMs: 1000, untilMs: 4000, label: 'negative' });
  return recorder;
}
const result = evaluate(recorded(), truth, PLACE);

t.test('spotting: 2 of 7 reported are right, 2 of 4 to find are found', async (t) => {
  t.same(result.spotting, {
    truth: 4,
    reported: 7,
    right: 2,
    precision: 2 / 7,
    recall: 2 / 4,
    f1: 4 / 11,
  });
  t.same(result.spottingAlone, {
    truth: 4,
    reported: 8,
    right: 3,
    precision: 3 / 8,
    recall: 3 / 4,
    f1: 6 / 12,
  });
});

t.test('labels of the two that were found, and STRS', async (t) => {
  t.equal(result.analysis.confusion.negative.negative, 1);
  t.equal(result.analysis.confusion.positive.surprise, 1);
  // negative: all 1. positive: all 0. surprise: recall and F1 0 (none was found), precision 0 of 1.
  const { uf1, uar, precision, f1 } = result.analysis.unweighted!;
  t.same([uf1, uar, precision], [1 / 3, 1 / 3, 1 / 3]);
  t.ok(Math.abs(f1 - 1 / 3) < 1e-12);
  t.ok(Math.abs(result.strs! - (4 / 11) * (1 / 3)) < 1e-12);
});

t.test('false events, by what was really going on and by label', async (t) => {
  const { none, during, nobody, mistimed } = result.falseEvents;
  const minutes = (frames: number) => frames / (FPS * 60);
  t.same(during.talk, {
    events: 1,
    byLabel: { negative: 0, positive: 0, surprise: 1 },
    faceMinutes: minutes(20),
    perFaceMinute: 1 / minutes(20),
  });
  t.match(during.blink, { events: 1, byLabel: { negative: 1 }, faceMinutes: minutes(5) });
  t.match(during['head-motion'], { events: 0, faceMinutes: 0, perFaceMinute: null });
  // Frames 10..99 of two faces without 20 of speech, 5 of the blink and 20 of micro-expressions.
  t.match(during.nothing, { events: 1, byLabel: { positive: 1 }, faceMinutes: minutes(135) });
  t.match(nobody, { events: 1, byLabel: { positive: 1 }, faceMinutes: minutes(90) });
  t.match(mistimed, { events: 1, byLabel: { surprise: 1 }, faceMinutes: minutes(20) });
  t.match(none, { events: 4, byLabel: { negative: 1, positive: 2, surprise: 1 }, faceMinutes: minutes(160) });
  t.ok(Math.abs(none.perFaceMinute! - 15) < 1e-9, '4 in 160 frames of 600 a minute');
});

t.test('faces', async (t) => {
  t.same(
    [result.faces.tracks, result.faces.tracksOfNobody, result.people, result.showings, result.seconds],
    [3, 1, 3, 1, 10],
  );
  t.same(
    [result.faces.minutesInZones, result.faces.minutesWatched, result.faces.minutesOfNobody],
    [200 / 600, 180 / 600, 90 / 600],
  );
});

t.test('what became of each', async (t) => {
  t.same(
    result.events.map(({ person, outcome, activity }) => [person, outcome, activity]),
    [
      ['b', 'wrong', 'blink'],
      ['a', 'right', 'micro-expression'],
      ['b', 'wrong', 'micro-expression'],
      ['a', 'wrong', 'talk'],
      ['b', 'called-none', 'micro-expression'],
      [null, 'wrong', null],
      ['a', 'right', 'micro-expression'],
      ['b', 'wrong', 'nothing'],
    ],
  );
  t.same(
    result.occurrences.map(({ person, label, counts, reportedAs }) => [person, label, counts, reportedAs]),
    [
      ['a', 'negative', true, 'negative'],
      ['a', 'positive', true, 'surprise'],
      ['b', 'surprise', true, null],
      ['b', 'positive', true, null],
      ['c', 'surprise', false, null],
    ],
  );
  t.match(result.slots, { counted: 2, right: 1 });
});

t.test('finding what does not count is neither right nor wrong', async (t) => {
  const recorder = createRecorder();
  const onC = { trackId: 9, box: { x: 160, y: 0, width: 40, height: 40 } };
  for (let frame = 0; frame < FRAMES; frame++) {
    recorder.picture(frame * 100);
    recorder.onFrame(frame * 100, [onC], frame === 44 ? [spotted(9, 40, 44, 'surprise')] : []);
  }
  const { spotting, events, falseEvents } = evaluate(recorder, truth, PLACE);
  t.match(spotting, { truth: 4, reported: 0, right: 0 });
  t.equal(events[0]?.outcome, 'left-out');
  t.equal(falseEvents.none.events, 0);
});

t.test('an event of a face whose time does not count reaches no slot, and is no event', async (t) => {
  const recorder = createRecorder();
  recorder.picture(0);
  recorder.onFrame(0, [BOXES[0]!], [spotted(2, 0, 0, 'positive')]);
  t.same(recorder.events, []);
});

t.test('a recording without a picture', async (t) => {
  const nothing = evaluate(createRecorder(), truth, PLACE);
  t.match(nothing, { frames: 0, seconds: 0, strs: null, spotting: { truth: 0, f1: null } });
});

t.test('where on the face: the regions that the action units move', async (t) => {
  t.same([...regionsMovedBy([4, 7])], ['brows', 'eyes']);
  t.same([...regionsMovedBy([12, 6])], ['mouth', 'cheeks', 'eyes']);
  const films = [
    [[1, 2], 'brows'], // right
    [[12], 'mouth'], // right
    [[9, 17], 'eyes'], // wrong
    [[12], 'brows'], // wrong
    [[], 'mouth'], // the truth does not say
  ] as const;
  const outcomes = films.map(
    ([aus, region]) => ({ event: { region }, occurrence: { aus } }) as unknown as Outcome,
  );
  t.match(explained(outcomes), {
    ...{ events: 4, right: 2, accuracy: 0.5, always: { region: 'mouth', right: 3 } },
    said: { brows: 2, eyes: 1, nose: 0, cheeks: 0, mouth: 1, chin: 0 },
  });
  t.match(explained([]), { events: 0, right: 0, accuracy: null });
});

t.test('the table says all of it in words', async (t) => {
  const model = { name: 'm', version: '1.0.0', trained: false };
  const text = table(result, { recording: 'film.mp4', truth: 'film.json', zones: ['left'], model });
  t.match(text, /film\.mp4 against film\.json: 100 frames, 10\.0 s, 3 people/);
  t.match(text, /UNTRAINED; only faces in the zones \(left\) count/);
  t.match(text, /^spotting F1 +0\.364 {2}2 right, 4 to find, 7 reported$/m);
  t.match(text, /^label UF1 +0\.333 /m);
  t.match(text, /^STRS +0\.121 /m);
  t.match(
    text,
    /^without a micro-expression +15\.00 {2}4 in 0\.27 face-minutes: 1 negative, 2 positive, 1 surprise$/m,
  );
  t.match(text, /^ {2}while the head moved +- {2}0 in 0\.00 face-minutes$/m);
  for (const line of text.split('\n')) t.ok(line.length <= 110, line);
});

t.test('scores are numbers, one line a face and frame', async (t) => {
  t.equal(scoresCsv(recorded(), FPS), 'frame,ptsMs,track,score,z\r\n4,400,1,0.25,-1.5\r\n');
});
