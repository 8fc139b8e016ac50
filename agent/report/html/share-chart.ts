import { dayNumber } from '../gather/calendar.ts';
import type { Quantity } from '../gather/zone.ts';
import type { Site, Zone } from '../report.ts';
import type { Words } from '../words/words.ts';
import { axis, drawing, line, px, text } from './svg.ts';

const WIDTH = 360;
const HEIGHT = 190;
const PLOT = { left: 38, right: 354, top: 26, bottom: 166 };

/** Daily share of one label in one zone, with intervals, trend, and the days on which something was changed. */
export function shareChart(site: Site, zone: Zone, quantity: Quantity, words: Words): string {
  const days = zone.days.flatMap(({ day, shares }) => {
    const share = shares[quantity];
    return share === undefined ? [] : [{ day: dayNumber(day), ...share }];
  });
  const label = `${zone.name}: ${words.quantity[quantity]}`;
  const title = text(PLOT.left, 15, words.quantity[quantity], 'title');
  if (days.length === 0)
    return drawing(WIDTH, HEIGHT, label, [
      title,
      text(PLOT.left + 8, 90, words.verdict['no-data'].word, 'faint'),
    ]);
  // A few days with hardly any window would squeeze all others flat: their bars are cut at the edge.
  const halves = days.map(({ share, high }) => high - share).sort((a, b) => a - b);
  const usual = 2 * halves[Math.floor(halves.length / 2)]!;
  const y = axis(
    Math.min(0, ...days.map(({ share, low }) => Math.max(low, share - usual))),
    Math.max(0.01, ...days.map(({ share, high }) => Math.min(high, share + usual))),
  );
  const [first, last] = [dayNumber(zone.days[0]!.day), dayNumber(zone.days.at(-1)!.day)];
  const x = (day: number) =>
    PLOT.left + ((day - first + 0.5) / (last - first + 1)) * (PLOT.right - PLOT.left);
  const at = (share: number) => {
    const place = (Math.min(y.most, Math.max(y.least, share)) - y.least) / (y.most - y.least);
    return PLOT.bottom - place * (PLOT.bottom - PLOT.top);
  };
  const changes = site.results
    .filter(({ definition }) => definition.zones.includes(zone.id))
    .map(({ definition }) => dayNumber(definition.changeOn))
    .filter((day) => day >= first && day <= last);
  const trend = zone.trends[quantity];
  return drawing(WIDTH, HEIGHT, label, [
    title,
    ...y.ticks.flatMap((tick) => [
      line(PLOT.left, at(tick), PLOT.right, at(tick), Math.abs(tick) < 1e-12 ? 'zero' : 'grid'),
      text(PLOT.left - 5, at(tick) + 4, String(Number((tick * 100).toFixed(2))), 'end'),
    ]),
    ...[...new Set(changes)].map((day) => line(x(day), PLOT.top, x(day), PLOT.bottom, 'change')),
    ...days.map(({ day, low, high }) => line(x(day), at(low), x(day), at(high), 'bar')),
    ...days.map(({ day, share }) => `<circle cx="${px(x(day))}" cy="${px(at(share))}" r="2.4" class="dot"/>`),
    ...(trend === undefined
      ? []
      : [line(x(days[0]!.day), at(trend.from), x(days.at(-1)!.day), at(trend.to), 'trend')]),
    text(PLOT.left, HEIGHT - 6, words.shortDate(zone.days[0]!.day), 'start'),
    ...(last > first ? [text(PLOT.right, HEIGHT - 6, words.shortDate(zone.days.at(-1)!.day), 'end')] : []),
  ]);
}
