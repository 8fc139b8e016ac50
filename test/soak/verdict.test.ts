import t from 'tap';
import type { Part } from '../faults/tree.ts';
import { gaussian, seeded } from '../support/random.ts';
import { constancyFindings } from './constancy.ts';
import { madeUp } from './made-up.ts';
import { memoryFindings } from './memory.ts';
import type { Finding } from './recording.ts';

const EXPECTED = { supervisor: 1, camera: 4, decoder: 4, other: 0 };
const outcomes = (findings: readonly Finding[]) => findings.map(({ outcome }) => outcome);

/** What a garbage collector makes of it: up for some minutes, down at once, with noise; and 20 MB of warm-up. */
function ordinary(seed: number, leaking?: Part) {
  const random = seeded(seed);
  return (part: Part, ageS: number, pid: number) => {
    const everyS = 70 + (pid % 7) * 10;
    const saw = part === 'decoder' ? 0 : 8_000 * (((ageS + pid * 17) % everyS) / everyS);
    const warm = 20_000 * (1 - Math.exp(-ageS / (part === 'decoder' ? 5 : 60)));
    const leak = part === leaking ? (1_024 / 60) * ageS : 0;
    return 90_000 + saw + warm + leak + 300 * gaussian(random);
  };
}

t.test('memory that only breathes passes', async (t) => {
  for (const seed of [1, 2, 3])
    t.same(
      outcomes(memoryFindings(madeUp({ minutes: 60, rssKb: ordinary(seed) }), seeded(seed))),
      Array(6).fill('pass'),
    );
});

t.test('1 MB a minute is found, whoever leaks it, also where no life lasts ten minutes', async (t) => {
  for (const [i, part] of (['supervisor', 'camera', 'decoder'] as const).entries()) {
    const findings = memoryFindings(madeUp({ minutes: 60, rssKb: ordinary(7, part) }), seeded(7));
    const expected = ['pass', 'pass', 'pass'].with(i, 'fail');
    t.same(outcomes(findings), [...expected, ...expected], findings[i]!.figures);
  }
});

t.test('three minutes are too short for memory, and say so', async (t) => {
  const findings = memoryFindings(madeUp({ minutes: 3, rssKb: ordinary(1, 'supervisor') }), seeded(1));
  t.same(outcomes(findings), Array(6).fill('too short'));
});

t.test('a slope that could hide a leak is no pass', async (t) => {
  const random = seeded(5);
  // Wilder than anything it could tell.
  const rssKb = () => 200_000 + 90_000 * gaussian(random);
  t.not(memoryFindings(madeUp({ minutes: 30, rssKb }), random)[0]!.outcome, 'pass');
});

t.test('one descriptor for each mishap is found', async (t) => {
  const rssKb = () => 90_000;
  const still = madeUp({ minutes: 10, rssKb });
  t.same(outcomes(constancyFindings(still, EXPECTED)), ['pass', 'pass', 'pass']);
  for (const leaking of ['supervisor', 'camera', 'decoder'] as const) {
    const descriptors = (part: Part, mishaps: number) => 27 + (part === leaking ? mishaps : 0);
    t.same(outcomes(constancyFindings(madeUp({ minutes: 10, rssKb, descriptors }), EXPECTED)), [
      'pass',
      'fail',
      'pass',
    ]);
  }
  // One of forty is one too many.
  const descriptors = (part: Part, mishaps: number) => (part === 'supervisor' && mishaps >= 39 ? 28 : 27);
  t.equal(constancyFindings(madeUp({ minutes: 40, rssKb, descriptors }), EXPECTED)[1]!.outcome, 'fail');
});

t.test('a file that is open for a moment is no leak', async (t) => {
  const samples = madeUp({ minutes: 10, rssKb: () => 90_000 }).map((sample) =>
    sample.atS % 15 === 0
      ? { ...sample, processes: sample.processes.map((each) => ({ ...each, descriptors: 30 })) }
      : sample,
  );
  t.same(outcomes(constancyFindings(samples, EXPECTED)), ['pass', 'pass', 'pass']);
});

t.test('a process that is still starting has fewer threads, and then as many as all', async (t) => {
  const starting = madeUp({ minutes: 10, rssKb: () => 90_000 });
  const threads = (bornS: number, of: number) =>
    starting.map((sample) =>
      sample.period === 5
        ? {
            ...sample,
            processes: sample.processes.map((each, i) =>
              i === 8 ? { ...each, pid: 9, bornS, threads: sample.atS < 303 ? 2 : of } : each,
            ),
          }
        : sample,
    );
  t.equal(constancyFindings(threads(300, 11), EXPECTED)[2]!.outcome, 'pass');
  t.equal(constancyFindings(threads(300, 10), EXPECTED)[2]!.outcome, 'fail');
});

t.test('a decoder too few or too many, or one that nobody buries', async (t) => {
  const whole = madeUp({ minutes: 10, rssKb: () => 90_000 });
  const changed = (change: (sample: (typeof whole)[number]) => Partial<(typeof whole)[number]>) =>
    constancyFindings(
      whole.map((sample) => (sample.period === 5 ? { ...sample, ...change(sample) } : sample)),
      EXPECTED,
    )[0]!.outcome;
  t.equal(
    changed(({ processes }) => ({ processes: processes.slice(0, -1) })),
    'fail',
  );
  t.equal(
    changed(({ processes }) => ({ processes: [...processes, { ...processes.at(-1)!, pid: 9 }] })),
    'fail',
  );
  t.equal(
    changed(() => ({ zombies: 1 })),
    'fail',
  );
  t.equal(
    changed(() => ({})),
    'pass',
  );
});

t.test('two quiet periods are too short', async (t) => {
  const findings = constancyFindings(madeUp({ minutes: 2, rssKb: () => 90_000 }), EXPECTED);
  t.same(outcomes(findings), ['too short', 'too short', 'too short']);
});
