import JSMpeg from '/jsmpeg.js';
import { drawAreas } from '/overlay.js';

const ENDINGS = {
  time: 'The time of this view is up.',
  asked: 'The view was ended on the box.',
  unclaimed: 'This link was not opened in time.',
  slow: 'This connection is too slow for the pictures.',
  'no-picture': 'No pictures came.',
  'capture-ended': 'Cameras are no longer connected: paused, out of hours, or refused.',
  stopped: 'The daemon has stopped.',
  token: 'This link is not valid, or was used already.',
};
const CODED_BYTES = 1024 * 1024;

const find = (id) => document.getElementById(id);

/** The token is in the address for as long as it takes to read it. */
function takeToken() {
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  return token;
}

/** Hands what comes over a WebSocket that is open already to the decoder. */
class Pictures {
  streaming = true;
  established = false;
  progress = 0;

  constructor(socket) {
    this.socket = socket;
  }

  connect(demuxer) {
    this.demuxer = demuxer;
  }

  start() {
    this.socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') return;
      this.established = true;
      this.progress = 1;
      this.demuxer.write(data);
    });
  }

  resume() {}

  destroy() {}
}

function countDown(seconds) {
  const endMs = performance.now() + seconds * 1000;
  const show = () => {
    const left = Math.max(0, Math.round((endMs - performance.now()) / 1000));
    const minutes = Math.floor(left / 60);
    find('left').textContent = `${minutes}:${String(left % 60).padStart(2, '0')} left`;
  };
  show();
  return setInterval(show, 1000);
}

function welcome(socket, hello) {
  find('camera').textContent = `${hello.camera} on ${hello.node}`;
  document.title = `${hello.camera}: live view`;
  const { faceHeightPx, fps } = hello.least;
  find('least').textContent =
    `Time counts from ${faceHeightPx} px of face height and ${fps} analysed pictures per second.`;
  drawAreas(find('overlay'), hello);
  find('state').textContent = '';
  find('stage').hidden = false;
  return new JSMpeg.Player('', {
    source: class extends Pictures {
      constructor() {
        super(socket);
      }
    },
    canvas: find('picture'),
    audio: false,
    disableGl: true,
    disableWebAssembly: true,
    pauseWhenHidden: false,
    videoBufferSize: CODED_BYTES,
  });
}

function leave(reason) {
  find('stage').remove();
  find('left').textContent = '';
  find('state').textContent =
    `${ENDINGS[reason] ?? 'The connection has ended.'} For another view, run the command on the box again.`;
}

const token = takeToken();
if (token === '') find('state').textContent = 'Open the link that “micron-edge live” has printed.';
else {
  const socket = new WebSocket(`ws://${location.host}/pictures`);
  let player;
  let clock;
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => socket.send(token));
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return;
    const hello = JSON.parse(data);
    player = welcome(socket, hello);
    clock = countDown(hello.secondsLeft);
  });
  socket.addEventListener('close', ({ reason }) => {
    clearInterval(clock);
    player?.destroy();
    leave(reason);
  });
}
