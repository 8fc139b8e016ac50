import { escapeMarkup } from '../../privacy/markup.ts';
import type { KpiResult } from '../kpi.ts';
import type { Site } from '../report.ts';
import type { Words } from '../words/words.ts';
import { changeChart } from './change-chart.ts';
import { type Cell, facts, paragraph } from './parts.ts';

/** Two digits that mean something. */
const probability = (p: number): string => String(Number(p.toPrecision(2)));

/** The definitions of one site and what became of them. */
export function success(site: Site, words: Words): string {
  if (site.kpi === undefined) return paragraph(words.kpi.none);
  const { definedOn, hash } = site.kpi;
  return [
    paragraph(words.kpi.definedOn(words.date(definedOn), hash.slice(0, 16)), 'note'),
    ...site.results.map((result) => card(site, result, words)),
  ].join('\n');
}

function card(site: Site, result: KpiResult, words: Words): string {
  const { definition, verdict } = result;
  const { word, means } = words.verdict[verdict];
  return `<section class="card"><h3>${escapeMarkup(definition.title)}</h3><p><span class="verdict ${verdict}">${escapeMarkup(word)}</span>${escapeMarkup(means)}</p>${changeChart(result, words)}${facts(rows(site, result, words))}</section>`;
}

function rows(site: Site, result: KpiResult, words: Words): (readonly [string, Cell])[] {
  const { definition, comparison, before, after, adjustedP, defined, unequalGate } = result;
  const { labels } = words.kpi;
  const nameOf = (id: string) => site.zones.find((zone) => zone.id === id)?.name ?? id;
  const side = (share: number | undefined, { from, to, days, released }: KpiResult['before']) =>
    words.kpi.side(
      share === undefined ? '–' : words.percent(share),
      words.date(from),
      words.date(to),
      days,
      released,
    );
  const at = defined.atMs === undefined ? '' : words.time(defined.atMs, site.timeZone);
  const others = defined.others.map(
    ({ hash, atMs }) =>
      `${hash.slice(0, 16)} (${atMs === undefined ? '?' : words.time(atMs, site.timeZone)})`,
  );
  const late = defined.when === 'after-change' || defined.when === 'never' || others.length > 0;
  const when = [
    words.defined(defined, at),
    ...(others.length === 0 ? [] : [words.kpi.others(words.list(others))]),
  ].join(' ');
  return [
    [
      labels.where,
      words.list([
        ...definition.labels.map((label) => words.quantity[label]),
        ...definition.zones.map(nameOf),
      ]),
    ],
    [labels.goal, words.kpi.goal[definition.direction](points(definition.smallestChange / 100, words))],
    [labels.before, side(comparison?.before, before)],
    [labels.after, side(comparison?.after, after)],
    ...(comparison === undefined
      ? []
      : ([
          [
            labels.change,
            words.kpi.change(
              words.points(comparison.change),
              comparison.interval &&
                words.interval(words.points(comparison.interval.low), words.points(comparison.interval.high)),
            ),
          ],
          [
            labels.p,
            words.kpi.p(
              probability(comparison.p),
              adjustedP === undefined ? undefined : probability(adjustedP),
              comparison.arrangements,
              comparison.drawn,
            ),
          ],
          [labels.detectable, points(comparison.detectable, words)],
        ] as const)),
    [
      labels.gate,
      words.kpi.gate(
        words.percent(before.withheldByTotal),
        words.percent(after.withheldByTotal),
        unequalGate,
      ),
    ],
    [labels.defined, late ? { html: `<span class="alarm">${escapeMarkup(when)}</span>` } : when],
  ];
}

/** A size, without a sign. */
const points = (share: number, words: Words): string => words.points(share).replace(/^[+−]/, '');
