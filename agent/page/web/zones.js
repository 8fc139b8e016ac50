import { drawChart, rowsOf } from './chart.js';
import { drawFace, sumRegions } from './face.js';
import { fillTable, make } from './node.js';
import { spanOf, timeOf, words } from './words.js';

const LABELS = ['negative', 'positive', 'surprise', 'none'];
/** Of each zone: its card, and which label it shows. */
const cards = new Map();

const find = (id) => document.getElementById(id);

export function showZones({ place, signals, gaps, health, hours }) {
  const say = words();
  const model = signals.at(-1)?.model;
  const evidence = model === undefined ? '' : say.evidence[model.evidence];
  find('evidence').textContent = evidence;
  find('evidence').hidden = evidence === '';
  const sinceMs = Date.now() - hours * 3_600_000;
  for (const zone of place.zones) {
    const card = cards.get(zone.id) ?? newCard(zone);
    const all = signals
      .filter((signal) => signal.zone === zone.id)
      .sort((a, b) => Date.parse(a.window.start) - Date.parse(b.window.start));
    const shown = all.filter(({ window }) => Date.parse(window.end) >= sinceMs);
    const lost = gaps
      .filter((gap) => gap.zone === zone.id && Date.parse(gap.to) >= sinceMs)
      .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
    card.again = () =>
      showCard(card, zone, { place, all, shown, lost, hours, spent: health?.spent[zone.id] });
    card.again();
  }
}

function newCard(zone) {
  const parts = Object.fromEntries(
    ['title', 'people', 'labels', 'latest', 'chart', 'withheld', 'lost', 'budget', 'face', 'figures'].map(
      (name) => [name, make(name === 'title' ? 'h3' : 'div', [], { class: name })],
    ),
  );
  const element = make('article', Object.values(parts), { 'aria-label': zone.name });
  parts.chart.setAttribute('role', 'img');
  find('zones').append(element);
  const card = { ...parts, element, label: 'negative', open: false };
  new ResizeObserver(() => {
    if (card.chart.plot !== undefined && card.chart.clientWidth !== card.width) card.again();
  }).observe(card.chart);
  cards.set(zone.id, card);
  return card;
}

function showCard(card, zone, { place, all, shown, lost, hours, spent }) {
  const say = words();
  card.title.textContent = zone.name;
  card.people.textContent = say.declared(zone.headCount);
  showLabels(card);
  card.latest.textContent = latestText(all.at(-1), card.label);
  card.width = card.chart.clientWidth;
  drawChart(card.chart, rowsOf(shown, card.label), { spanHours: hours, label: card.label, lost });
  card.chart.setAttribute('aria-label', say.chart(zone.name, say.labels[card.label], shown.length));
  const withheld = shown.filter(({ state }) => state === 'withheld');
  card.withheld.textContent =
    withheld.length === 0 ? (shown.length === 0 ? say.noneInSpan : '') : withheldText(withheld);
  card.lost.replaceChildren(...lost.map(lostLine));
  showBudget(card, place, spent);
  showFace(card, shown);
  showFigures(card, shown);
}

function showLabels(card) {
  const say = words();
  card.labels.setAttribute('role', 'group');
  card.labels.setAttribute('aria-label', say.label);
  card.labels.replaceChildren(
    ...LABELS.map((label) => {
      const button = make('button', say.labels[label], {
        type: 'button',
        class: `label ${label}`,
        'aria-pressed': String(label === card.label),
      });
      button.onclick = () => {
        card.label = label;
        card.again();
        card.labels.querySelector(`.${label}`).focus();
      };
      return button;
    }),
  );
}

const bandText = (noise) => (noise.mechanism === 'none' ? words().noNoise : `± ${noise.interval95}`);

function latestText(signal, label) {
  const say = words();
  if (signal === undefined) return say.nothingYet;
  const time = spanOf(signal.window).join(' – ');
  return signal.state === 'withheld'
    ? `${say.latest} (${time}): ${say.withheldNow(say.withheld[signal.reason])}`
    : `${say.latest} (${time}): ${say.labels[label]} ${signal.slots[label]}, ${bandText(signal.noise)}`;
}

function withheldText(withheld) {
  const say = words();
  const times = new Map();
  for (const { reason } of withheld) times.set(reason, (times.get(reason) ?? 0) + 1);
  return say.withheldNow([...times].map(([reason, n]) => `${n} × ${say.withheld[reason]}`).join(', '));
}

/** What the plant's dashboards do not have, and this page may. */
function lostLine({ count, from, to, reason }) {
  const say = words();
  const isOneDay = timeOf(from, { dateStyle: 'short' }) === timeOf(to, { dateStyle: 'short' });
  const end = timeOf(to, isOneDay ? { timeStyle: 'short' } : undefined);
  return make('p', [
    make('span', [], { class: 'hatch', 'aria-hidden': 'true' }),
    say.lost(count, timeOf(from), end, say.lostWhy[reason]),
  ]);
}

function showBudget(card, { epsilonPerDay, epsilonPerMessage }, spent) {
  const say = words();
  if (spent === undefined) return card.budget.replaceChildren();
  const left = Math.max(0, epsilonPerDay - spent);
  const id = `budget-${Math.random().toString(36).slice(2)}`;
  const meter = make('meter', [], { id, min: 0, max: epsilonPerDay, low: epsilonPerDay / 4, value: left });
  const windows = epsilonPerMessage > 0 ? say.budgetWindows(Math.floor(left / epsilonPerMessage + 1e-9)) : '';
  card.budget.replaceChildren(
    make('label', say.budget, { for: id }),
    meter,
    make('span', `${say.budgetLeft(Number(left.toFixed(2)), epsilonPerDay)}, ${windows}`),
  );
}

function showFace(card, shown) {
  const say = words();
  const sum = sumRegions(shown);
  if (sum.windows === 0) return card.face.replaceChildren();
  const list = make(
    'ul',
    Object.entries(sum.sums).map(([name, count]) =>
      make('li', [make('span', say.regions[name]), make('b', String(count))]),
    ),
  );
  const isWeak = Object.values(sum.sums).every((count) => count <= sum.within);
  card.face.replaceChildren(
    make('h4', say.face),
    make('div', [drawFace(sum), list], { class: 'regions' }),
    make('p', `${say.faceFine(sum.windows, sum.within)}${isWeak ? ` ${say.faceWeak}` : ''}`, {
      class: 'fine',
    }),
  );
}

function showFigures(card, shown) {
  const say = words();
  if (shown.length === 0) return card.figures.replaceChildren();
  const details = make('details', [make('summary', say.figures)]);
  details.open = card.open;
  details.ontoggle = () => {
    card.open = details.open;
  };
  const table = make('table');
  fillTable(
    table,
    [say.from, say.to, ...LABELS.map((label) => say.labels[label]), say.band],
    [...shown].reverse().map((signal) => {
      const times = spanOf(signal.window);
      return signal.state === 'withheld'
        ? [...times, '', '', '', '', say.withheldNow(say.withheld[signal.reason])]
        : [...times, ...LABELS.map((label) => String(signal.slots[label])), bandText(signal.noise)];
    }),
  );
  details.append(
    make('div', table, { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': say.figures }),
  );
  card.figures.replaceChildren(details);
}
