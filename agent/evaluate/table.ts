import { EXPRESSIONS, LABELS } from '../domain/signal.ts';
import type { Confusion, Detection } from './counts.ts';
import type { Evaluation } from './evaluation.ts';
import type { FalseCount } from './false-events.ts';

/** What the figures belong to. */
export interface Subject {
  readonly recording: string;
  readonly truth: string;
  readonly zones: readonly string[];
  readonly model: { readonly name: string; readonly version: string; readonly trained: boolean };
}

const NAME = 38;
const VALUE = 9;

const figure = (value: number | null, digits = 3): string => (value === null ? '-' : value.toFixed(digits));
const row = (name: string, value: string, words = ''): string =>
  `${name.padEnd(NAME)}${value.padStart(VALUE)}  ${words}`.trimEnd();
const of = (part: number, whole: number, words: string): string => `${part} of ${whole} ${words}`;

/** One table: a name, a figure, and what it says in words. `-`: there was nothing to take it of. */
export function table(evaluation: Evaluation, { recording, truth, zones, model }: Subject): string {
  const { faces, spotting, spottingAlone, analysis, strs, explained, falseEvents, slots } = evaluation;
  const labels = analysis.unweighted;
  const lines = [
    `${recording} against ${truth}: ${evaluation.frames} frames, ${evaluation.seconds.toFixed(1)} s, ${evaluation.people} people`,
    `model ${model.name} ${model.version}${model.trained ? '' : ', UNTRAINED'}; only faces in the zones (${zones.join(', ')}) count`,
    '',
    row('FACES', ''),
    row(
      'face-minutes watched',
      figure(faces.minutesWatched, 2),
      `of ${faces.minutesInZones.toFixed(2)} in the zones`,
    ),
    row('tracks', String(faces.tracks), `for ${evaluation.people} people`),
    row(
      "tracks that are nobody's face",
      String(faces.tracksOfNobody),
      `${faces.minutesOfNobody.toFixed(2)} false face-minutes`,
    ),
    '',
    row('MICRO-EXPRESSIONS FOUND (IoU >= 0.5)', ''),
    ...detectionRows(spotting),
    row('spotting F1 before recognition', figure(spottingAlone.f1), wordsOf(spottingAlone)),
    '',
    row('LABELS OF THOSE FOUND', ''),
    row('label UF1', figure(labels?.uf1 ?? null), 'mean F1 of the labels, each weighing the same'),
    row('label UAR', figure(labels?.uar ?? null), 'mean recall of the labels'),
    row('label F1', figure(labels?.f1 ?? null), 'of mean precision and mean recall'),
    row('STRS', figure(strs), 'spotting F1 x label F1: both steps together'),
    ...confusionRows(analysis.confusion, EXPRESSIONS),
    '',
    row('WHERE ON THE FACE THOSE FOUND WERE', ''),
    row(
      'regions in which skin really moved',
      figure(explained.accuracy),
      `${of(explained.right, explained.events, 'events')}; always ${explained.always.region}: ${explained.always.right}`,
    ),
    '',
    row('FALSE EVENTS PER FACE-MINUTE', ''),
    falseRow('without a micro-expression', falseEvents.none),
    falseRow('  while talking', falseEvents.during.talk),
    falseRow('  while the head moved', falseEvents.during['head-motion']),
    falseRow('  during an ordinary expression', falseEvents.during['macro-expression']),
    falseRow('  while blinking', falseEvents.during.blink),
    falseRow('  while nothing went on', falseEvents.during.nothing),
    falseRow("  on what is nobody's face", falseEvents.nobody),
    falseRow('mistimed, during a micro-expression', falseEvents.mistimed),
    '',
    row('SLOTS (what leaves the box, before noise)', ''),
    row('slots with the right label', figure(slots.accuracy), of(slots.right, slots.counted, 'slots')),
    row('slot UF1', figure(slots.unweighted?.uf1 ?? null), 'mean F1 of the labels that were true'),
    ...confusionRows(slots.confusion, LABELS),
  ];
  return `${lines.join('\n')}\n`;
}

const wordsOf = ({ right, truth, reported }: Detection): string =>
  `${right} right, ${truth} to find, ${reported} reported`;

const detectionRows = (counts: Detection): string[] => [
  row('spotting F1', figure(counts.f1), wordsOf(counts)),
  row('  precision', figure(counts.precision), of(counts.right, counts.reported, 'reported are right')),
  row('  recall', figure(counts.recall), of(counts.right, counts.truth, 'to find were found')),
];

function falseRow(name: string, { events, perFaceMinute, faceMinutes, byLabel }: FalseCount): string {
  const kinds = EXPRESSIONS.filter((label) => byLabel[label] > 0).map(
    (label) => `${byLabel[label]} ${label}`,
  );
  const split = kinds.length === 0 ? '' : `: ${kinds.join(', ')}`;
  return row(name, figure(perFaceMinute, 2), `${events} in ${faceMinutes.toFixed(2)} face-minutes${split}`);
}

function confusionRows<L extends string>(confusion: Confusion<L>, labels: readonly L[]): string[] {
  const column = (text: string | number) => String(text).padStart(10);
  return [
    `  true, and reported as:${labels.map(column).join('')}`,
    ...labels.map(
      (truth) =>
        `    ${truth.padEnd(20)}${labels.map((reported) => column(confusion[truth][reported])).join('')}`,
    ),
  ];
}
