import { wrapped } from '../privacy/plan/table.ts';
import type { Assessment, Verdict } from './assessment.ts';

const MARKS: Readonly<Record<Verdict, string>> = { good: 'ok', weak: 'WEAK', bad: 'NO', unknown: '?' };
export const VERDICTS: Readonly<Record<Verdict, string>> = {
  good: 'This camera can carry micro-expression analysis.',
  weak: 'It can, with weaknesses: what is marked WEAK costs sensitivity.',
  bad: 'Not as it is: what is marked NO has to change first.',
  unknown: 'Not known: too few faces were in view to tell.',
};
const WIDTH = 100;

/** For the terminal. */
export function table({ source, seconds, analysis, requirements, faceTime, verdict }: Assessment): string {
  const name = Math.max(...requirements.map((each) => each.name.length));
  const indent = ' '.repeat(name + 8);
  const rows = requirements.flatMap(({ name: what, verdict: how, found, wanted, advice }) => [
    `${MARKS[how].padEnd(5)} ${what.padEnd(name)}  ${found}`,
    ...(how === 'good' ? [] : [wrapped(`Wanted: ${wanted}.`, WIDTH, indent)]),
    ...(advice === undefined ? [] : [wrapped(advice, WIDTH, indent)]),
  ]);
  const time =
    faceTime === undefined
      ? []
      : [
          '',
          `Of the time in which faces were followed, ${Math.round(100 * (faceTime.counted ?? 0))} % would count${Object.entries(
            faceTime,
          )
            .filter(([reason, share]) => reason !== 'counted' && share > 0)
            .map(([reason, share]) => `; ${Math.round(100 * share)} % not for ${reason.replaceAll('-', ' ')}`)
            .join('')}.`,
        ];
  return [
    `${source}, ${seconds} s, looked at in ${analysis.widthPx} x ${analysis.heightPx} px`,
    '',
    ...rows,
    ...time,
    '',
    VERDICTS[verdict],
    '',
  ].join('\n');
}
