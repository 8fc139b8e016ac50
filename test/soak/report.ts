import { cpus, release } from 'node:os';
import type { Options } from './options.ts';
import type { Finding, MishapRecord, Sample } from './recording.ts';
import { median } from './slope.ts';
import type { Account } from './windows.ts';

export interface Report {
  readonly options: Options;
  readonly machine: { readonly cores: number; readonly kernel: string; readonly node: string };
  readonly startedAt: string;
  readonly ranS: number;
  readonly findings: readonly Finding[];
  readonly account: Account;
  readonly mishaps: readonly MishapRecord[];
  /** What the log said besides states of cameras and capture, and how often. */
  readonly said: Readonly<Record<string, number>>;
  readonly samples: readonly Sample[];
}

export const machine = (): Report['machine'] => ({
  cores: cpus().length,
  kernel: release(),
  node: process.version,
});

/** What a person reads. */
export function inWords({ options, ranS, findings, account, mishaps, said, samples }: Report): string {
  const lines: string[] = [];
  const rows = (title: string, entries: readonly (readonly [string, string])[]) => {
    const width = Math.max(0, ...entries.map(([name]) => name.length));
    lines.push('', title, ...entries.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`));
  };
  rows(
    `Mishaps: ${mishaps.length}, seed ${options.seed}, in ${(ranS / 60).toFixed(1)} min`,
    [...new Set(mishaps.map(({ name }) => name))].sort().map((name) => {
      const each = mishaps.filter((mishap) => mishap.name === name);
      const back = each.flatMap(({ inServiceS, causeGoneS }) =>
        inServiceS === undefined ? [] : [inServiceS - causeGoneS],
      );
      const most =
        back.length === 0
          ? 'never'
          : `${median(back).toFixed(1)} s, at most ${Math.max(...back).toFixed(1)} s`;
      return [name, `${each.length}, back in service after ${most}`] as const;
    }),
  );
  rows(
    'Windows of zones',
    Object.entries(account.tally)
      .toSorted(([, a], [, b]) => b - a)
      .map(([kind, count]) => [`${count}`, kind] as const),
  );
  rows(
    'Other messages of the log',
    Object.entries(said).map(([text, count]) => [`${count}`, text] as const),
  );
  rows('Memory while in service, RSS and (PSS), MB', inMegabytes(samples));
  const bytes = samples.map(({ stateFolderBytes }) => stateFolderBytes);
  rows('State folder', [['bytes', `${bytes[0]} to ${bytes.at(-1)}, at most ${Math.max(...bytes)}`]]);
  rows(
    'Verdict',
    findings.map(({ what, outcome, figures }) => [what, `${outcome}: ${figures}`] as const),
  );
  return `${lines.join('\n')}\n`;
}

/** Per part the median over the first and last quarter, of one process. */
function inMegabytes(samples: readonly Sample[]): (readonly [string, string])[] {
  const quiet = samples.filter(({ period }) => period !== undefined);
  const quarter = Math.ceil(quiet.length / 4);
  return (['supervisor', 'camera', 'decoder'] as const).map((part) => {
    const of = (some: readonly Sample[], key: 'rssKb' | 'pssKb') => {
      const values = some.flatMap(({ processes }) =>
        processes.filter((each) => each.part === part).map((each) => each[key] / 1_024),
      );
      return values.length === 0 ? '-' : median(values).toFixed(1);
    };
    const text = (some: readonly Sample[]) => `${of(some, 'rssKb')} (${of(some, 'pssKb')})`;
    return [
      part,
      `${text(quiet.slice(0, quarter))} in the first quarter, ${text(quiet.slice(-quarter))} in the last`,
    ] as const;
  });
}
