import type { Part } from '../faults/tree.ts';
import type { Finding, ProcessSample, Sample } from './recording.ts';

/** What stands in service: the supervisor, and a camera process and a decoder for each camera. */
export type Expected = Readonly<Record<Part, number>>;

/**
 * Is everything as it was, whenever all is in service again? Of each process the least of a quiet period counts: what
 * is open for a moment, a file that is being written or a look at the clock, only adds. The first sample of a process is
 * left out, because it may still be starting. Periods of fewer than two samples are not looked at.
 */
export function constancyFindings(samples: readonly Sample[], expected: Expected): Finding[] {
  const periods = periodsOf(samples);
  const started = periodsOf(withoutFirst(samples));
  return [
    processes(periods, expected),
    same('descriptors', 'descriptors', started),
    same('threads', 'threads', started),
  ];
}

function withoutFirst(samples: readonly Sample[]): Sample[] {
  const known = new Set<string>();
  return samples.map((sample) => ({
    ...sample,
    processes: sample.processes.filter(({ pid, bornS }) => {
      const name = `${pid} ${bornS}`;
      const isKnown = known.has(name);
      known.add(name);
      return isKnown;
    }),
  }));
}

function periodsOf(samples: readonly Sample[]): Sample[][] {
  const periods = new Map<number, Sample[]>();
  for (const sample of samples)
    if (sample.period !== undefined)
      periods.set(sample.period, [...(periods.get(sample.period) ?? []), sample]);
  return [...periods.values()].filter((each) => each.length >= 2);
}

function processes(periods: readonly Sample[][], expected: Expected): Finding {
  const what = 'processes';
  if (periods.length < 3) return { what, outcome: 'too short', figures: `${periods.length} quiet periods` };
  const wrong = periods.filter((period) => {
    const least = (part: Part) =>
      Math.min(...period.map((each) => each.processes.filter((process) => process.part === part).length));
    const isWrong = (Object.keys(expected) as Part[]).some((part) => least(part) !== expected[part]);
    return isWrong || period.every(({ zombies }) => zombies > 0);
  });
  const wanted = Object.entries(expected).map(([part, count]) => `${part} ${count}`);
  const periodsIn = wrong.map(([first]) => `${Math.round(first!.atS)} s`).join(', ');
  return wrong.length === 0
    ? {
        what,
        outcome: 'pass',
        figures: `${wanted.join(', ')}, no zombie, in ${periods.length} quiet periods`,
      }
    : {
        what,
        outcome: 'fail',
        figures: `not ${wanted.join(', ')} without zombies in the quiet periods at ${periodsIn}`,
      };
}

function same(what: string, key: 'descriptors' | 'threads', periods: readonly Sample[][]): Finding {
  if (periods.length < 3) return { what, outcome: 'too short', figures: `${periods.length} quiet periods` };
  const seen = new Map<Part, number[]>();
  for (const period of periods) {
    const least = new Map<number, ProcessSample>();
    for (const { processes } of period)
      for (const each of processes) {
        const before = least.get(each.pid);
        if (before === undefined || each[key] < before[key]) least.set(each.pid, each);
      }
    for (const each of least.values())
      if (each.part !== 'other') seen.set(each.part, [...(seen.get(each.part) ?? []), each[key]]);
  }
  const parts = [...seen].map(([part, values]) => ({ part, values, different: [...new Set(values)] }));
  const outcome = parts.every(({ different }) => different.length === 1) ? 'pass' : 'fail';
  const figures = parts.map(({ part, values, different }) =>
    different.length === 1
      ? `${part} ${different[0]}`
      : `${part} ${Math.min(...different)} to ${Math.max(...different)}: ${values.join(' ')}`,
  );
  return { what, outcome, figures: `${figures.join(', ')}, in ${periods.length} quiet periods` };
}
