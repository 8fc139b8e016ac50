import { timeOf, words } from './words.js';

const find = (id) => document.getElementById(id);

export function make(name, content = [], attributes = {}) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...(Array.isArray(content) ? content : [content]));
  return element;
}

/** A table of texts, the first row of which are headings. */
export function fillTable(table, heads, rows) {
  const row = (cells, name) =>
    make(
      'tr',
      cells.map((cell) => make(name, cell, name === 'th' ? { scope: 'col' } : {})),
    );
  table.replaceChildren(
    make('thead', row(heads, 'th')),
    make(
      'tbody',
      rows.map((cells) => row(cells, 'td')),
    ),
  );
}

export function showCapture(capture) {
  if (capture === undefined) return;
  const { capture: say, by, pause, resume } = words();
  const text = {
    watching: () => say.watching,
    closed: () => say.closed,
    paused: () => say.paused(by[capture.by], timeOf(capture.since)),
    refused: () => say.refused(capture.reasons.join(', ')),
  }[capture.state]();
  const line = find('capture');
  line.className = capture.state;
  if (line.textContent !== text) line.textContent = text;
  const button = find('pause');
  const isPaused = capture.state === 'paused';
  button.hidden = isPaused && capture.by === 'local';
  button.dataset.command = isPaused ? 'resume' : 'pause';
  button.textContent = isPaused ? resume : pause;
}

export function showCameras(cameras) {
  const say = words();
  fillTable(
    find('cameras'),
    [say.camera, say.state, say.fps, say.reconnects, say.restarts, say.threshold, say.poor],
    cameras.map(({ id, state, code, fps, reconnects, restarts, spotting, poor }) => [
      id,
      make('span', `${say.cameraState[state]}${code === undefined ? '' : ` (${code})`}`, {
        class: `state ${code === undefined ? state : 'troubled'}`,
      }),
      String(fps),
      String(reconnects),
      String(restarts),
      spotting === undefined ? say.unknown : say.thresholds[spotting],
      poor.length === 0 ? say.poorNone : poor.map((why) => say.poorWhy[why]).join(', '),
    ]),
  );
}

export function showFacts(place, health, model) {
  const say = words();
  const facts = [];
  if (health !== undefined) {
    const { provider, precision, broker, uptimeS, memoryMb } = health;
    facts.push([say.provider, provider === undefined ? say.unknown : `${provider}, ${precision ?? ''}`]);
    const troubles = [
      broker.connected ? say.connected : `${say.notConnected}${broker.trouble ? ` (${broker.trouble})` : ''}`,
      ...(broker.waiting > 0 ? [say.waitingSignals(broker.waiting)] : []),
      ...(broker.discarded > 0 ? [say.discarded(broker.discarded)] : []),
    ];
    facts.push([say.broker, troubles.join(', ')]);
    facts.push([say.uptime, say.hours(Math.floor(uptimeS / 3600), Math.floor((uptimeS % 3600) / 60))]);
    facts.push([say.memory, `≤ ${memoryMb} MB`]);
  }
  if (model !== undefined)
    facts.push([say.model, `${model.name} ${model.version}, ${model.hash.slice(0, 12)}, ${model.evidence}`]);
  facts.push([say.software, place.software]);
  find('facts').replaceChildren(
    ...facts.map(([name, value]) => make('div', [make('dt', name), make('dd', value)])),
  );
}

const detailOf = (detail) =>
  Object.entries(detail)
    .map(([key, value]) => {
      if (typeof value === 'object' && !Array.isArray(value)) return `${key} (${detailOf(value)})`;
      const text = String(value);
      return `${key} ${/^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text}`;
    })
    .join(', ');

export function showAudit(entries) {
  const say = words();
  fillTable(
    find('audit'),
    ['#', say.when, say.what, say.details],
    [...entries]
      .reverse()
      .map(({ seq, at, event, detail }) => [
        String(seq),
        timeOf(at, { dateStyle: 'short', timeStyle: 'medium' }),
        say.events[event] ?? event,
        detailOf(detail),
      ]),
  );
}
