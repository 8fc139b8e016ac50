import { logIn, notice, post } from './login.js';
import { showAudit, showCameras, showCapture, showFacts } from './node.js';
import { language, speak, words } from './words.js';
import { showZones } from './zones.js';

const find = (id) => document.getElementById(id);
const MOST_OF_A_ZONE = 672;
const MOST_GAPS = 200;

let board;
let feed;

function show() {
  if (board === undefined) return;
  const { place, signals, gaps, capture, health, audit } = board;
  document.title = `${place.node}: micron-edge`;
  find('node').textContent = place.node;
  find('board').hidden = find('logout').hidden = false;
  showCapture(capture ?? health?.capture);
  showZones({ place, signals, gaps, health, hours: Number(find('span').value) });
  showCameras(health?.cameras ?? []);
  showFacts(place, health, signals.at(-1)?.model);
  showAudit(audit);
}

/** The shortest of the choices that has room for thirty windows. */
function spanFor(windowS) {
  const choices = [...find('span').options].map(({ value }) => value);
  return choices.find((hours) => Number(hours) * 3600 >= 30 * windowS) ?? choices.at(-1);
}

/** Several messages that come together are drawn once. */
let drawing = false;
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    show();
  });
}

const HEAR = {
  board: (data) => {
    if (board === undefined) find('span').value = spanFor(data.place.windowS);
    board = data;
  },
  signal: (signal) => {
    const isSame = ({ zone, window }) => zone === signal.zone && window.start === signal.window.start;
    board.signals = [...board.signals.filter((each) => !isSame(each)), signal];
    const ofZone = board.signals.filter(({ zone }) => zone === signal.zone);
    if (ofZone.length > MOST_OF_A_ZONE) board.signals.splice(board.signals.indexOf(ofZone[0]), 1);
  },
  gap: (gap) => {
    // One that comes again has grown.
    board.gaps = [...board.gaps.filter(({ id }) => id !== gap.id), gap].slice(-MOST_GAPS);
  },
  capture: (capture) => {
    board.capture = capture;
  },
  health: (health) => {
    board.health = health;
  },
  audit: (audit) => {
    board.audit = audit;
  },
};

async function look() {
  feed?.close();
  // An EventSource does not say why it was refused, so it is asked first.
  const session = await fetch('session')
    .then((answer) => answer.json())
    .catch(() => undefined);
  if (session?.open === false) {
    await logIn();
    return look();
  }
  feed = new EventSource('events');
  for (const [event, hear] of Object.entries(HEAR))
    feed.addEventListener(event, ({ data }) => {
      notice('');
      hear(JSON.parse(data));
      draw();
    });
  feed.addEventListener('crowded', () => notice(words().crowded));
  feed.onerror = () => {
    notice(words().offline);
    // A session that has ended, or a box that is away: the probe tells which.
    feed.close();
    setTimeout(look, 3000);
  };
}

find('language').value = language();
find('language').onchange = ({ target }) => {
  speak(target.value);
  show();
};
find('span').onchange = show;
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
find('logout').onclick = async () => {
  await post('logout');
  board = undefined;
  location.reload();
};
find('pause').onclick = async ({ target }) => {
  const command = target.dataset.command;
  if (command === 'pause' && !confirm(words().pauseSure)) return;
  target.disabled = true;
  const answer = await post(command)
    .then((response) => response.json())
    .catch(() => ({ accepted: false, reason: 'no-answer' }));
  target.disabled = false;
  const { reasons, refusedAnswer } = words();
  notice(answer.accepted ? '' : refusedAnswer(reasons[answer.reason] ?? answer.reason));
};
for (const area of document.querySelectorAll('#board > section > .scroll')) area.tabIndex = 0;
speak();
await look();
