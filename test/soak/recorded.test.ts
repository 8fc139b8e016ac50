import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { seeded } from '../support/random.ts';
import { madeUp } from './made-up.ts';
import { memoryFindings } from './memory.ts';

/** RSS of the supervisor through an hour with 83 mishaps, kB, every 30 s: it grew by 4.6 MB an hour. */
const recorded: readonly number[] = JSON.parse(readFileSync(join(ROOT, 'test/soak/recorded.json'), 'utf8'));
const GREW_MB_PER_H = 4.63;

/** What is said of it when it had grown so much more, or less, an hour. */
const judged = (moreMbPerH: number) =>
  memoryFindings(
    madeUp({
      minutes: 60,
      rssKb: (part, ageS) =>
        part === 'supervisor'
          ? recorded[Math.min(recorded.length - 1, Math.floor(ageS / 30))]! +
            (moreMbPerH * 1_024 * ageS) / 3_600
          : 90_000,
    }),
    seeded(1),
  )[0]!;

t.test('a real recording: as it is it fails, without its growth it passes', async (t) => {
  const asItIs = judged(0);
  t.equal(asItIs.outcome, 'fail', asItIs.figures);
  const level = judged(-GREW_MB_PER_H);
  t.equal(level.outcome, 'pass', level.figures);
});

t.test('a leak of 2 MB an hour in it is found', async (t) => {
  for (const leak of [2, 8]) {
    const { outcome, figures } = judged(leak - GREW_MB_PER_H);
    t.equal(outcome, 'fail', `${leak} MB/h: ${figures}`);
  }
});
