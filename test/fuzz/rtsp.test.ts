import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { knock } from '../../agent/decode/knock.ts';
import { TestCamera } from '../camera/camera.ts';
import { filmFolder, makeFilm } from '../camera/ffmpeg.ts';
import { formatResponse } from '../camera/messages.ts';
import { seeded } from '../support/random.ts';
import { until } from '../support/until.ts';
import { view } from '../support/viewer.ts';
import { mutated } from './mutate.ts';
import { fuzz, IS_LONG, SEED } from './target.ts';

const SHA = 'Digest realm="x", nonce="y", qop="auth", algorithm=SHA-256';
const ANSWERS = [
  formatResponse({ status: 200, headers: [['Content-Type', 'application/sdp']], body: 'v=0\r\n' }, '1'),
  formatResponse({ status: 401, headers: [['WWW-Authenticate', SHA]] }, '1'),
  formatResponse(
    {
      status: 401,
      headers: [
        ['WWW-Authenticate', 'Digest realm="x", nonce="y"'],
        ['WWW-Authenticate', 'Basic realm="x"'],
      ],
    },
    '1',
  ),
  formatResponse({ status: 302, headers: [['Location', 'rtsp://127.0.0.1:1/elsewhere?a=b']] }, '1'),
  formatResponse({ status: 404 }, '1'),
].map((text) => Buffer.from(text, 'latin1'));

t.test('answers to the question at the door', async (t) => {
  let answer: Buffer = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
  const never = new AbortController().signal;
  await fuzz(t, {
    inputs: { short: 500, long: 15_000 },
    examples: ANSWERS,
    async take(input) {
      answer = input;
      const door = await knock(url, 2_000, never);
      // Nowhere but to the same host, whatever the answer was.
      if (door.code === undefined && new URL(door.url).hostname !== '127.0.0.1') throw new Error(door.url);
    },
  });
});

t.test('whole sessions with FFmpeg: every answer wrong in turn, and packets too', async (t) => {
  const file = await makeFilm(join(filmFolder(t), 'film.mp4'), 1);
  const random = seeded(SEED);
  let answers = 0;
  let packets = 0;
  await using camera = await TestCamera.start({ file });
  camera.mischief.reply = (usual, { headers, method }) => {
    // The first question is asked in each round; what matters here is what FFmpeg gets to hear.
    if (random() < 0.5) return usual;
    answers++;
    const body = method === 'DESCRIBE' && usual.body !== undefined ? usual.body : '';
    return mutated(random, [Buffer.from(formatResponse({ ...usual, body }, headers.get('cseq')), 'latin1')]);
  };
  camera.mischief.packet = (packet) => {
    if (random() < 0.5) return packet;
    packets++;
    const wrong = mutated(random, [packet]);
    return wrong.length > 0 && wrong.length < 65_536 ? wrong : undefined;
  };
  const wanted = IS_LONG ? 400 : 8;
  const viewers = Array.from({ length: 3 }, () =>
    view(camera.url, { stallMs: 700, reconnect: { firstMs: 1, mostMs: 2 } }),
  );
  const sessions = () => viewers.reduce((sum, { changes }) => sum + changes.length / 2, 0);
  await until(() => sessions() >= wanted, 'sessions', { withinMs: IS_LONG ? 1_500_000 : 60_000 });
  t.comment(
    `${Math.floor(sessions())} sessions, ${answers} wrong answers, ${packets} wrong packets, seed ${SEED}`,
  );
  delete camera.mischief.reply;
  delete camera.mischief.packet;
  for (const viewer of viewers) {
    await viewer.stands('streaming');
    await viewer[Symbol.asyncDispose]();
  }
  t.pass('pictures again, as soon as the camera is right');
});
