import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { TestCamera, type TestCameraOptions } from '../camera/camera.ts';
import { filmFolder, makeFilm } from '../camera/ffmpeg.ts';
import { endlessHeaders, redirectTo, replyTo, trickle } from '../camera/mischief.ts';
import { freePort } from '../support/processes.ts';
import { seeded } from '../support/random.ts';
import { until } from '../support/until.ts';
import { STALL_MS, type Viewer, view } from '../support/viewer.ts';

/**
 * Cameras as they are: for each misbehaviour the state and code that must show, and that pictures are back when it is
 * over. In parallel, because nearly all of it is waiting.
 */
t.jobs = 4;

const folder = filmFolder(t);
const made = (name: string, ...more: string[]) => makeFilm(join(folder, `${name}.mp4`), 2, ...more);
const [plain, large, square, high, slow, reordered, hevc] = await Promise.all([
  made('plain'),
  made('large', '-s', '640x360'),
  made('square', '-vf', 'scale=320:240,setsar=1'),
  made('high', '-preset', 'medium', '-bf', '0', '-profile:v', 'high', '-g', '25'),
  made('slow', '-r', '10', '-g', '10'),
  made('reordered', '-preset', 'medium', '-bf', '2', '-b_strategy', '0', '-g', '25'),
  made('hevc', '-c:v', 'libx265', '-x265-params', 'log-level=error:keyint=25:bframes=0'),
] as const);
const LOGIN = { user: 'viewer', password: "s3cret: 'x" };

interface Case {
  readonly camera?: Partial<TestCameraOptions> | undefined;
  readonly view?: Parameters<typeof view>[1];
  /** Begun when pictures come; otherwise the camera is as it is from the start. */
  readonly begin?: (camera: TestCamera) => unknown;
  readonly shows: string;
  /** Ends it. */
  readonly mend?: (camera: TestCamera) => unknown;
  readonly afterwards?: string;
  readonly check?: (viewer: Viewer, camera: TestCamera, t: Tap.Test) => unknown;
}
declare namespace Tap {
  type Test = import('tap').Test;
}

const describeReply = (reply: Parameters<typeof replyTo>[1]): Case['camera'] => ({
  mischief: { reply: replyTo('DESCRIBE', reply) },
});
const obedient: Case['mend'] = ({ mischief }) => {
  mischief.reply = undefined;
};
const withLogin = { credentials: LOGIN };

const CASES: Readonly<Record<string, Case>> = {
  'wrong password': {
    camera: { auth: 'digest', ...LOGIN, password: 'another' },
    view: withLogin,
    shows: 'waiting unauthorised',
    mend: (camera) => camera.admit('digest', LOGIN),
  },
  'no password where one is asked for': {
    camera: { auth: 'basic', ...LOGIN },
    shows: 'waiting unauthorised',
    mend: (camera) => camera.admit('none'),
  },
  'forbidden for this user': {
    camera: describeReply(() => ({ status: 403 })),
    shows: 'waiting unauthorised',
    mend: obedient,
  },
  'digest with SHA-256 only': {
    camera: { auth: 'digest-sha256', ...LOGIN },
    view: withLogin,
    shows: 'waiting authentication-unsupported',
    mend: (camera) => camera.admit('digest', LOGIN),
    check: (viewer, _, t) => t.match(viewer.changes, [{ state: 'connecting' }, { words: 'Digest SHA-256' }]),
  },
  'basic and digest together': {
    camera: { auth: 'both', ...LOGIN },
    view: withLogin,
    shows: 'streaming',
    check: (_, camera, t) => t.ok(camera.counters.unauthorized > 0, 'it had been asked'),
  },
  'SHA-256 beside MD5': {
    camera: {
      auth: 'digest',
      ...LOGIN,
      mischief: {
        reply: (usual) =>
          usual.status !== 401
            ? usual
            : {
                ...usual,
                headers: [
                  ['WWW-Authenticate', 'Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"'],
                  ...(usual.headers ?? []),
                ],
              },
      },
    },
    view: withLogin,
    // FFmpeg takes the last challenge of a kind; a camera that puts MD5 last can be watched.
    shows: 'streaming',
  },
  'no such path': {
    camera: describeReply(() => ({ status: 404 })),
    shows: 'waiting not-found',
    mend: obedient,
  },
  'too many viewers': {
    camera: { mischief: { reply: replyTo('SETUP', () => ({ status: 453 })) } },
    shows: 'waiting refused',
    mend: obedient,
  },
  'an error inside': {
    camera: describeReply(() => ({ status: 503 })),
    shows: 'waiting refused',
    mend: obedient,
  },
  'an error at PLAY': {
    camera: { mischief: { reply: replyTo('PLAY', () => ({ status: 500 })) } },
    shows: 'waiting refused',
    mend: obedient,
  },
  'UDP refused': { view: { transport: 'udp' }, shows: 'waiting transport-refused' },
  'TCP refused': {
    camera: { mischief: { reply: replyTo('SETUP', () => ({ status: 461 })) } },
    shows: 'waiting transport-refused',
    mend: obedient,
  },
  'requests without an answer': {
    camera: describeReply(() => undefined),
    shows: 'waiting no-answer',
    mend: obedient,
  },
  'one byte a second': {
    camera: {
      mischief: { reply: (usual, { headers }) => trickle(usual, headers.get('cseq'), 1_000) },
    },
    shows: 'waiting no-answer',
    mend: obedient,
  },
  'endless headers': {
    camera: { mischief: { reply: (_, { headers }) => endlessHeaders(headers.get('cseq')) } },
    shows: 'waiting not-rtsp',
    mend: obedient,
  },
  'a web server': {
    camera: describeReply(() => Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')),
    shows: 'waiting not-rtsp',
    mend: obedient,
  },
  'a codec that nobody knows': {
    camera: { sdp: (sdp) => sdp.replace('H264/90000', 'X-ODD/90000') },
    shows: 'waiting no-decodable-video',
  },

  'other parameter sets': { begin: (camera) => camera.show(high), shows: 'streaming', check: oneSession },
  'another resolution': { begin: (camera) => camera.show(large), shows: 'streaming', check: oneSession },
  'another shape': {
    begin: (camera) => camera.show(square),
    shows: 'streaming picture-distorted',
    mend: (camera) => camera.show(plain),
    check: oneSession,
  },
  'another rate': { begin: (camera) => camera.show(slow), shows: 'streaming', check: oneSession },
  'another codec': {
    begin: (camera) => camera.show(hevc),
    shows: 'waiting stalled',
    // It asks again, and is told of the new codec.
    mend() {},
  },
  'H.265': { camera: { file: hevc }, shows: 'streaming', check: timesRise },
  'B-frames': { camera: { file: reordered }, shows: 'streaming', check: timesRise },

  'a jump into the future': {
    begin: ({ mischief }) => {
      mischief.timestamp = (ticks) => ticks + 3_600 * 90_000;
    },
    shows: 'streaming',
    check: oneSession,
  },
  'a jump into the past': {
    begin: ({ mischief }) => {
      mischief.timestamp = (ticks) => ticks - 3_600 * 90_000;
    },
    shows: 'streaming',
    check: oneSession,
  },
  'times that jump all the time': {
    begin({ mischief }) {
      const random = seeded(1);
      mischief.timestamp = (ticks) => ticks + Math.floor(random() * 2 ** 31);
    },
    shows: 'streaming clock-unsteady',
    mend: ({ mischief }) => {
      mischief.timestamp = undefined;
    },
  },
  'times that stand still': {
    begin: ({ mischief }) => {
      mischief.timestamp = () => 90_000;
    },
    shows: 'streaming clock-unsteady',
    mend: ({ mischief }) => {
      mischief.timestamp = undefined;
    },
  },

  'garbage between packets, once': {
    begin: (camera) => camera.inject(Buffer.from('\r\n no packet $ at all \0\x01')),
    shows: 'streaming',
  },
  'garbage between packets, all the time': {
    begin: ({ mischief }) => {
      mischief.between = () => Buffer.from('\r\nno packet \0\x01');
    },
    shows: 'waiting no-decodable-video',
    mend: ({ mischief }) => {
      mischief.between = undefined;
    },
  },
  'bit errors': {
    begin({ mischief }) {
      const random = seeded(2);
      mischief.packet = (packet) =>
        Buffer.from(packet.map((byte, i) => (i > 14 && random() < 1e-3 ? byte ^ 4 : byte)));
    },
    shows: 'streaming',
  },
  'nothing but noise': {
    begin({ mischief }) {
      const random = seeded(3);
      mischief.packet = (packet) =>
        Buffer.from(packet.map((byte, i) => (i > 12 ? Math.floor(random() * 256) : byte)));
    },
    shows: 'waiting no-decodable-video',
    mend: ({ mischief }) => {
      mischief.packet = undefined;
    },
  },
  'every third packet lost': {
    begin({ mischief }) {
      const random = seeded(4);
      mischief.packet = (packet) => (random() < 1 / 3 ? undefined : packet);
    },
    shows: 'streaming',
  },
  'half of the connection closed': {
    begin: (camera) => camera.halfClose(),
    shows: 'streaming',
    check: (viewer, _, t) => t.match(viewer.changes[2], { state: 'waiting', code: 'ended' }),
  },
  'connection lost': {
    begin: (camera) => camera.dropClients(),
    shows: 'streaming',
    check: (viewer, _, t) => t.match(viewer.changes[2], { state: 'waiting', code: 'ended' }),
  },
  'silence without an end': {
    begin: (camera) => camera.stall(),
    shows: 'waiting no-decodable-video',
    mend: (camera) => camera.resume(),
    check: (viewer, _, t) => t.match(viewer.changes[2], { state: 'waiting', code: 'stalled' }),
  },
  'one picture for ever': {
    begin: ({ mischief }) => {
      mischief.frozen = true;
    },
    shows: 'streaming',
    check: oneSession,
  },
};

function oneSession(viewer: Viewer, camera: TestCamera, t: Tap.Test): void {
  t.equal(camera.counters.connections, 2, 'no connection but the first question and the stream');
  t.notOk(viewer.changes.some(({ state }) => state === 'waiting'));
}

function timesRise(viewer: Viewer, _: TestCamera, t: Tap.Test): void {
  // FFmpeg does not know the times of the first two or three.
  const times = viewer.timesMs.slice(3);
  const steps = times.slice(1).map((time, i) => Math.round(time - times[i]!));
  t.ok(
    steps.every((step) => step > 0 && step % 40 === 0),
    steps.join(' '),
  );
}

for (const [name, { begin, shows, mend, check, afterwards = 'streaming', ...each }] of Object.entries(CASES))
  t.test(name, async (t) => {
    await using camera = await TestCamera.start({ file: plain, ...each.camera });
    await using viewer = view(camera.url, each.view);
    if (begin !== undefined) {
      await viewer.stands('streaming');
      await begin(camera);
    }
    await viewer.stands(shows);
    t.pass(shows);
    if (mend !== undefined) {
      await mend(camera);
      await viewer.stands(afterwards);
      t.pass(`afterwards ${afterwards}`);
    }
    await check?.(viewer, camera, t);
    t.notMatch(JSON.stringify(viewer.changes), /s3cret/, 'no password in what is said');
  });

t.test('a redirection to another address of the same camera is followed', async (t) => {
  await using other = await TestCamera.start({ file: plain, path: '/moved', auth: 'digest', ...LOGIN });
  for (const status of [301, 302] as const) {
    await using camera = await TestCamera.start({
      file: plain,
      mischief: { reply: redirectTo(other.url, status) },
    });
    await using viewer = view(camera.url, withLogin);
    await viewer.stands('streaming');
    t.equal(camera.counters.connections, 1);
  }
});

t.test('a redirection to another machine is not: nobody there gets to know the password', async (t) => {
  await using other = await TestCamera.start({ file: plain, auth: 'basic', ...LOGIN });
  const elsewhere = other.url.replace('127.0.0.1', 'localhost');
  await using camera = await TestCamera.start({ file: plain, mischief: { reply: redirectTo(elsewhere) } });
  await using viewer = view(camera.url, withLogin);
  await viewer.stands('waiting redirected');
  t.equal(viewer.changes[1]!.words, `localhost:${other.port}`);
  t.equal(other.counters.connections, 0);
  camera.mischief.reply = undefined;
  await viewer.stands('streaming');
});

t.test('a redirection in a circle ends', async (t) => {
  await using camera = await TestCamera.start({ file: plain });
  camera.mischief.reply = redirectTo(camera.url);
  await using viewer = view(camera.url);
  await viewer.stands('waiting redirected');
  t.ok(camera.counters.connections <= 8, `${camera.counters.connections} connections`);
});

t.test('switched off, and on again', async () => {
  const port = await freePort();
  await using viewer = view(`rtsp://127.0.0.1:${port}/stream`);
  await viewer.stands('waiting unreachable');
  {
    await using _camera = await TestCamera.start({ file: plain, port });
    await viewer.stands('streaming');
  }
  await viewer.stands('waiting unreachable');
  await using _camera = await TestCamera.start({ file: plain, port });
  await viewer.stands('streaming');
});

t.test('it ends at once, whatever the camera does', async (t) => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as import('node:net').AddressInfo;
  let connections = 0;
  silent.on('connection', () => connections++);
  const viewer = view(`rtsp://127.0.0.1:${port}/stream`, { stallMs: STALL_MS * 100 });
  await until(() => connections > 0, 'the question');
  await viewer[Symbol.asyncDispose]();
  t.equal(viewer.changes.length, 1, 'without a word more');
  silent.close();
});
