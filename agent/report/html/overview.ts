import type { Report, Site, Zone } from '../report.ts';
import type { Share } from '../statistics/share.ts';
import type { Words } from '../words/words.ts';
import { facts, table } from './parts.ts';

export const shareText = (share: Share | undefined, words: Words): string =>
  share === undefined
    ? '–'
    : `${words.percent(share.share)} (${words.interval(words.percent(share.low), words.percent(share.high))})`;

export const mostEpsilon = ({ days }: Zone): number => Math.max(0, ...days.map(({ epsilon }) => epsilon));

export const rounded = (value: number): string => String(Number(value.toFixed(2)));

export const incidentsText = ({ incidents }: Site, words: Words): string => {
  const texts = [...incidents.counts].map(([kind, { times, ms }]) =>
    words.counted(kind, times, ms === 0 ? '' : words.duration(ms)),
  );
  return texts.length === 0 ? words.notes.noIncidents : words.list(texts);
};

/** Every zone of every site in one line. */
export function overview({ sites }: Report, words: Words): string {
  const { columns, quantity } = words;
  const share = (part: number, all: number) => (all === 0 ? '–' : words.percent(part / all));
  const zones = table(
    [
      columns.site,
      columns.zone,
      columns.people,
      quantity.negative,
      quantity.positive,
      quantity.surprise,
      columns.released,
      columns.missing,
      columns.epsilon,
    ],
    sites.flatMap((site) =>
      site.zones.map((zone, i) => {
        const { coverage, shares } = zone;
        return [
          i === 0 ? site.root : '',
          zone.name,
          zone.headCounts.join(', '),
          shareText(shares.negative, words),
          shareText(shares.positive, words),
          shareText(shares.surprise, words),
          share(coverage.released, coverage.expected),
          share(coverage.missing, coverage.expected),
          rounded(mostEpsilon(zone)),
        ];
      }),
    ),
  );
  // Below it: in a column of a printed page there would be a word a line.
  const incidents = facts(
    sites.map((site) => [`${columns.incidents}, ${site.root}`, incidentsText(site, words)]),
  );
  return `${zones}\n${incidents}`;
}
