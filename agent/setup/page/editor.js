import { Drawing } from '/drawing.js';

const find = (id) => document.getElementById(id);
const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

function say(text, wrong = false) {
  find('state').textContent = text;
  find('state').classList.toggle('wrong', wrong);
}

let drawing;
let hello;

/** A row of the list: everything that can be drawn can be typed as well. */
function row(area, i) {
  const item = document.createElement('li');
  const set = document.createElement('fieldset');
  const title = document.createElement('legend');
  title.textContent = area.kind === 'zone' ? 'Zone' : 'Opt-out area';
  set.append(title);
  const field = (words, value, type, change) => {
    const input = Object.assign(document.createElement('input'), {
      value,
      type,
      id: `${words.replace(/\W/g, '')}-${i}`,
    });
    const label = Object.assign(document.createElement('label'), { textContent: words, htmlFor: input.id });
    input.onchange = () => {
      change(input.value);
      drawing.show();
    };
    set.append(label, input);
  };
  if (area.kind === 'zone')
    field('Id (in the topic)', area.id, 'text', (value) => {
      area.id = value;
    });
  field('Name', area.name, 'text', (value) => {
    area.name = value;
  });
  if (area.kind === 'zone')
    field(`People (${hello.minHeadCount} at least)`, area.headCount, 'number', (value) => {
      area.headCount = Number(value);
    });
  const corners = area.polygon.map(([x, y]) => `${x.toFixed(3)} ${y.toFixed(3)}`).join(', ');
  field('Corners', corners, 'text', (value) => {
    const polygon = value.split(',').map((pair) => pair.trim().split(/\s+/).map(Number));
    if (polygon.length < 3 || polygon.some(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1)))
      return say('Corners are pairs from 0 to 1, with commas between: 0.1 0.2, 0.5 0.2, 0.5 0.9', true);
    area.polygon = polygon;
  });
  const remove = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Remove' });
  remove.onclick = () => {
    drawing.areas.splice(drawing.areas.indexOf(area), 1);
    drawing.changed();
  };
  set.append(document.createElement('span'), remove);
  item.append(set);
  return item;
}

const list = () => find('areas').replaceChildren(...drawing.areas.map(row));

function welcome(message) {
  hello = message;
  document.title = `${message.camera}: zones`;
  find('camera').textContent = `Zones of ${message.camera} on ${message.node}`;
  find('stage').hidden = false;
  drawing = new Drawing(find('picture'), message, list);
  drawing.areas = [
    ...message.zones.map((zone) => ({ kind: 'zone', ...zone })),
    ...message.optOut.map((area) => ({ kind: 'opt-out', ...area })),
  ];
  drawing.changed();
  say('Nothing is written before you press “Save”.');
}

function save(socket) {
  const zones = drawing.areas.filter(({ kind }) => kind === 'zone').map(({ kind: _, ...zone }) => zone);
  const optOut = drawing.areas.filter(({ kind }) => kind === 'opt-out').map(({ kind: _, ...area }) => area);
  say('Saving. Look at the terminal: it may ask.');
  socket.send(JSON.stringify({ type: 'save', zones, optOut }));
}

if (token === '') say('Open the link that “micron-edge setup zones” has printed.');
else {
  const socket = new WebSocket(`ws://${location.host}/pictures`);
  let isSaved = false;
  socket.onopen = () => socket.send(token);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'hello') welcome(message);
    else if (message.type === 'boxes') {
      drawing.faces = message.boxes;
      drawing.show();
    } else if (message.problems.length > 0) say(message.problems.join('\n'), true);
    else {
      isSaved = true;
      say('Saved. You may close this page.');
    }
  };
  socket.onclose = ({ reason }) => {
    if (!isSaved)
      say(
        reason === 'token' ? 'This link is not valid, or was used already.' : 'The command has ended.',
        true,
      );
  };
  find('new-zone').onclick = () => drawing.begin('zone');
  find('new-opt-out').onclick = () => drawing.begin('opt-out');
  find('save').onclick = () => save(socket);
  addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') drawing?.close();
    if (key === 'Escape' && drawing) {
      drawing.open = undefined;
      drawing.show();
    }
  });
}
