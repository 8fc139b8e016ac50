import { EXPRESSIONS } from '../../domain/signal.ts';
import { escapeMarkup } from '../../privacy/markup.ts';
import { QUANTITIES } from '../gather/zone.ts';
import type { Site, Zone } from '../report.ts';
import type { Words } from '../words/words.ts';
import { coverageChart, FATES, fatesOf, fateWords } from './coverage-chart.ts';
import { mostEpsilon, rounded } from './overview.ts';
import { heading, list, paragraph, table } from './parts.ts';
import { shareChart } from './share-chart.ts';

/** Shares over time, with what was made of them. */
export function trends(site: Site, words: Words): string {
  const { columns, notes } = words;
  const signed = (share: number) => words.points(share);
  const trendOf = (zone: Zone, quantity: (typeof QUANTITIES)[number]): string => {
    const trend = zone.trends[quantity];
    if (trend === undefined) return notes.noTrend;
    const level = trend.low <= 0 && trend.high >= 0;
    return `${words.perWeek(signed(trend.perWeek), signed(trend.low), signed(trend.high))}${level ? '' : `; ${notes.trendSeen}`}`;
  };
  const spreadOf = (zone: Zone, quantity: (typeof QUANTITIES)[number]): string => {
    const spread = zone.spreads[quantity];
    return spread === undefined
      ? '–'
      : words.spread(words.percent(spread.noise), words.percent(spread.sampling), words.percent(spread.days));
  };
  return [
    ...site.zones.map(
      (zone) =>
        `${heading(3, zone.name)}<div class="charts">${EXPRESSIONS.map((quantity) => shareChart(site, zone, quantity, words)).join('')}</div>`,
    ),
    paragraph(notes.charts, 'legend'),
    table(
      [columns.zone, '', columns.trend, columns.spread],
      site.zones.flatMap((zone) =>
        QUANTITIES.map((quantity, i) => [
          i === 0 ? zone.name : '',
          words.quantity[quantity],
          trendOf(zone, quantity),
          spreadOf(zone, quantity),
        ]),
      ),
    ),
    ...site.zones.flatMap((zone) => gateNote(zone, words)),
    ...site.zones.flatMap(({ name, makings, conflicting, oddNoise, looseNoise }) => [
      ...(makings > 1 ? [paragraph(notes.makings(name), 'alarm')] : []),
      ...(conflicting > 0 ? [paragraph(notes.conflicting(name, conflicting), 'alarm')] : []),
      ...(oddNoise > 0 ? [paragraph(notes.oddNoise(name), 'alarm')] : []),
      ...(looseNoise > 0 ? [paragraph(notes.looseNoise(name), 'note')] : []),
    ]),
  ].join('\n');
}

/** From where it is worth a word. */
const MUCH_WITHHELD = 0.02;

function gateNote({ name, gate: { withheld, bias, without } }: Zone, words: Words): string[] {
  if (withheld < MUCH_WITHHELD) return [];
  const shares = words.list(
    EXPRESSIONS.map((label) => `${words.quantity[label]} ${words.percent(without[label])}`),
  );
  return [paragraph(words.notes.gate(name, words.percent(withheld), bias.toFixed(1), shares), 'alarm')];
}

export function coverage(site: Site, words: Words): string {
  const { columns } = words;
  const named = fateWords(words);
  return [
    paragraph(words.notes.coverage, 'note'),
    `<p class="legend">${FATES.map((fate) => `<span><i class="key fate ${fate}"></i>${escapeMarkup(named[fate])}</span>`).join(' ')}</p>`,
    ...site.zones.map((zone) => coverageChart(zone, words)),
    table(
      [columns.zone, columns.expected, ...FATES.map((fate) => named[fate])],
      site.zones.map((zone) => {
        const fates = fatesOf(zone.coverage);
        return [zone.name, String(zone.coverage.expected), ...FATES.map((fate) => String(fates[fate]))];
      }),
    ),
  ].join('\n');
}

export function quality({ health }: Site, words: Words): string {
  const { columns, notes } = words;
  if (health.messages === 0) return paragraph(notes.noHealth);
  const inParts = <K>(parts: ReadonlyMap<K, number>, name: (key: K) => string): string => {
    const all = [...parts.values()].reduce((sum, ms) => sum + ms, 0);
    return all === 0
      ? '–'
      : words.list(
          [...parts]
            .sort(([, a], [, b]) => b - a)
            .map(([key, ms]) => `${name(key)} ${words.percent(ms / all)}`),
        );
  };
  return [
    paragraph(
      notes.health(
        words.duration(health.coveredMs),
        health.restarts,
        health.brokerReconnects,
        health.discarded,
      ),
    ),
    ...(health.backward > 0 ? [paragraph(notes.backward(health.backward), 'note')] : []),
    table(
      [columns.camera, columns.state, columns.fps, columns.reconnects, columns.poor],
      [...health.cameras].map(([id, camera]) => [
        id,
        inParts(camera.states, (state) => words.state[state]),
        inParts(camera.fps, String),
        `${camera.reconnects} / ${camera.restarts}`,
        camera.poor.size === 0
          ? '–'
          : words.list(
              [...camera.poor].map(
                ([reason, days]) => `${words.poor[reason]}: ${notes.ofDays(days.size, camera.judged.size)}`,
              ),
            ),
      ]),
    ),
  ].join('\n');
}

export function incidents({ incidents: { listed, counts }, timeZone }: Site, words: Words): string {
  if (listed.length === 0) return paragraph(words.notes.noIncidents);
  const all = [...counts.values()].reduce((sum, { times }) => sum + times, 0);
  return [
    list(
      [...counts].map(([kind, { times, ms }]) =>
        words.counted(kind, times, ms === 0 ? '' : words.duration(ms)),
      ),
    ),
    table(
      [words.columns.from, words.columns.length, words.columns.what],
      [...listed]
        .sort((a, b) => a.fromMs - b.fromMs)
        .map(({ kind, fromMs, toMs, open, camera, detail }) => [
          words.time(fromMs, timeZone),
          toMs !== undefined ? words.duration(toMs - fromMs) : open ? words.notes.open : '',
          words.incident(kind, camera, detail),
        ]),
    ),
    ...(all > listed.length ? [paragraph(words.notes.more(all - listed.length), 'note')] : []),
  ].join('\n');
}

export function budget({ zones, epsilonPerDay }: Site, words: Words): string {
  const { columns } = words;
  return [
    table(
      [columns.zone, columns.perMessage, columns.average, columns.mostPerDay, columns.allowed],
      zones.map((zone) => [
        zone.name,
        rounded(zone.epsilonPerMessage),
        rounded(zone.days.reduce((sum, { epsilon }) => sum + epsilon, 0) / zone.days.length),
        rounded(mostEpsilon(zone)),
        epsilonPerDay === undefined || zone.epsilonPerMessage === 0 ? '–' : rounded(epsilonPerDay),
      ]),
    ),
    paragraph(words.notes.budget, 'note'),
  ].join('\n');
}
