import { join } from 'node:path';
import type { Test } from 'tap';
import { seeded } from '../support/random.ts';
import type { Viewer } from '../support/viewer.ts';
import type { TestCamera } from './camera.ts';
import { makeFilm } from './ffmpeg.ts';
import { endlessHeaders, type Mischief, replyTo, trickle } from './mischief.ts';

/** What the viewer is given, and what the camera asks for where it asks. */
export const LOGIN = { user: 'viewer', password: "s3cret: 'x" };

/** One way in which a camera misbehaves. */
export interface Case {
  misbehave(camera: TestCamera): unknown;
  /** Begins when pictures come; otherwise the camera is so from the start. */
  readonly midStream?: true;
  /** State and code of the daemon's source: `waiting not-found`, `streaming`. */
  readonly shows: string;
  /** Ends it; pictures must come again. Without it, the case shows `streaming` or ends with the camera. */
  mend?(camera: TestCamera): unknown;
  check?(viewer: Viewer, camera: TestCamera, t: Test): unknown;
}

export type Films = Readonly<Record<(typeof FILMS)[number][0], string>>;

/** Two seconds each, as different as the settings of a camera make them. */
const FILMS = [
  ['plain'],
  ['large', '-s', '640x360'],
  ['square', '-vf', 'scale=320:240,setsar=1'],
  ['high', '-preset', 'medium', '-bf', '0', '-profile:v', 'high', '-g', '25'],
  ['slow', '-r', '10', '-g', '10'],
  ['reordered', '-preset', 'medium', '-bf', '2', '-b_strategy', '0', '-g', '25'],
  ['hevc', '-c:v', 'libx265', '-x265-params', 'log-level=error:keyint=25:bframes=0'],
] as const;

export async function makeFilms(folder: string): Promise<Films> {
  const made = FILMS.map(async ([name, ...more]) => [
    name,
    await makeFilm(join(folder, `${name}.mp4`), 2, ...more),
  ]);
  return Object.fromEntries(await Promise.all(made)) as Films;
}

/** Sets one of the ways; what `mend` of most cases takes away again. */
const sets = <K extends keyof Mischief>(key: K, value: () => Mischief[K]) => ({
  misbehave({ mischief }: TestCamera) {
    mischief[key] = value();
  },
  mend({ mischief }: TestCamera) {
    delete mischief[key];
  },
});
const replies = (method: string, reply: Parameters<typeof replyTo>[1]) =>
  sets('reply', () => replyTo(method, reply));
const shows = (film: string, and: Partial<Case> = {}): Case => ({
  misbehave: (camera) => camera.show(film),
  midStream: true,
  shows: 'streaming',
  ...and,
});
const corrupted = (seed: number, byteOf: (byte: number, random: () => number) => number) =>
  sets('packet', () => {
    const random = seeded(seed);
    // Header and type of the NAL unit stay, so that it is not simply ignored.
    return (packet) => Buffer.from(packet.map((byte, i) => (i > 13 ? byteOf(byte, random) : byte)));
  });

/** @param usual the film that is shown before and afterwards */
export function casesWith(films: Films, usual = films.plain): Readonly<Record<string, Case>> {
  const asBefore = (camera: TestCamera) => camera.show(usual);
  return {
    'wrong password': {
      misbehave: (camera) => camera.admit('digest', { ...LOGIN, password: 'another' }),
      shows: 'waiting unauthorised',
      mend: (camera) => camera.admit('digest', LOGIN),
    },
    'wrong password, basic': {
      misbehave: (camera) => camera.admit('basic', { ...LOGIN, password: 'another' }),
      shows: 'waiting unauthorised',
      mend: (camera) => camera.admit('basic', LOGIN),
    },
    'forbidden for this user': {
      ...replies('DESCRIBE', () => ({ status: 403 })),
      shows: 'waiting unauthorised',
    },
    'digest with SHA-256 only': {
      misbehave: (camera) => camera.admit('digest-sha256', LOGIN),
      shows: 'waiting authentication-unsupported',
      mend: (camera) => camera.admit('digest', LOGIN),
      check: (viewer, _, t) =>
        t.match(viewer.changes, [{ state: 'connecting' }, { words: 'Digest SHA-256' }]),
    },
    'basic and digest together': {
      misbehave: (camera) => camera.admit('both', LOGIN),
      shows: 'streaming',
      check: (_, camera, t) => t.ok(camera.counters.unauthorized > 0, 'it had been asked'),
    },
    'SHA-256 beside MD5': {
      misbehave(camera) {
        camera.admit('digest', LOGIN);
        // FFmpeg takes the last challenge of a kind; a camera that puts MD5 last can be watched.
        const first = [
          'WWW-Authenticate',
          'Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"',
        ] as const;
        camera.mischief.reply = (answer) =>
          answer.status === 401 ? { ...answer, headers: [first, ...(answer.headers ?? [])] } : answer;
      },
      shows: 'streaming',
      mend({ mischief }) {
        delete mischief.reply;
      },
    },
    'no such path': { ...replies('DESCRIBE', () => ({ status: 404 })), shows: 'waiting not-found' },
    'too many viewers': { ...replies('SETUP', () => ({ status: 453 })), shows: 'waiting refused' },
    'an error inside': { ...replies('DESCRIBE', () => ({ status: 503 })), shows: 'waiting refused' },
    'an error at PLAY': { ...replies('PLAY', () => ({ status: 500 })), shows: 'waiting refused' },
    'TCP refused': { ...replies('SETUP', () => ({ status: 461 })), shows: 'waiting transport-refused' },
    'requests without an answer': { ...replies('DESCRIBE', () => undefined), shows: 'waiting no-answer' },
    'one byte a second': {
      ...sets(
        'reply',
        () =>
          (answer, { headers }) =>
            trickle(answer, headers.get('cseq'), 1_000),
      ),
      shows: 'waiting no-answer',
    },
    'endless headers': {
      ...sets(
        'reply',
        () =>
          (_, { headers }) =>
            endlessHeaders(headers.get('cseq')),
      ),
      shows: 'waiting not-rtsp',
    },
    'a web server': {
      ...replies('DESCRIBE', () => Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')),
      shows: 'waiting not-rtsp',
    },
    'a codec that nobody knows': {
      ...replies('DESCRIBE', (answer) => ({
        ...answer,
        ...(answer.body === undefined ? {} : { body: answer.body.replace(/ H26[45]\//, ' X-ODD/') }),
      })),
      shows: 'waiting no-decodable-video',
    },

    'other parameter sets': shows(films.high, { mend: asBefore, check: oneSession }),
    'another resolution': shows(films.large, { mend: asBefore, check: oneSession }),
    'another shape': shows(films.square, {
      shows: 'streaming picture-distorted',
      mend: asBefore,
      check: oneSession,
    }),
    'another rate': shows(films.slow, { mend: asBefore, check: oneSession }),
    // It asks again, and is told of the new codec.
    'another codec': shows(films.hevc, { shows: 'waiting stalled', mend() {} }),
    'H.265': { misbehave: (camera) => camera.show(films.hevc), shows: 'streaming', check: timesRise },
    'B-frames': { misbehave: (camera) => camera.show(films.reordered), shows: 'streaming', check: timesRise },

    'a jump into the future': {
      ...sets('timestamp', () => (ticks) => ticks + 3_600 * 90_000),
      midStream: true,
      shows: 'streaming',
      check: exactTimes,
    },
    'a jump into the past': {
      ...sets('timestamp', () => (ticks) => ticks - 3_600 * 90_000),
      midStream: true,
      shows: 'streaming',
      check: exactTimes,
    },
    'times that jump all the time': {
      ...sets('timestamp', () => {
        const random = seeded(1);
        return (ticks) => ticks + Math.floor(random() * 2 ** 31);
      }),
      midStream: true,
      shows: 'streaming clock-unsteady',
    },
    'times that stand still': {
      ...sets('timestamp', () => () => 90_000),
      midStream: true,
      shows: 'streaming clock-unsteady',
    },

    'garbage between packets, once': {
      misbehave: (camera) => camera.inject(Buffer.from('\r\n no packet $ at all \0\x01')),
      midStream: true,
      shows: 'streaming',
    },
    'garbage between packets, all the time': {
      ...sets('between', () => () => Buffer.from('\r\nno packet \0\x01')),
      midStream: true,
      shows: 'waiting no-decodable-video',
    },
    'bit errors': {
      ...corrupted(2, (byte, random) => (random() < 1e-3 ? byte ^ 4 : byte)),
      midStream: true,
      shows: 'streaming',
    },
    'nothing but noise': {
      ...corrupted(3, (_, random) => Math.floor(random() * 256)),
      midStream: true,
      shows: 'waiting no-decodable-video',
    },
    'every third packet lost': {
      ...sets('packet', () => {
        const random = seeded(4);
        return (packet) => (random() < 1 / 3 ? undefined : packet);
      }),
      midStream: true,
      shows: 'streaming',
    },
    'half of the connection closed': {
      misbehave: (camera) => camera.halfClose(),
      midStream: true,
      shows: 'streaming',
      check: endedOnce,
    },
    'connection lost': {
      misbehave: (camera) => camera.dropClients(),
      midStream: true,
      shows: 'streaming',
      check: endedOnce,
    },
    'silence without an end': {
      misbehave: (camera) => camera.stall(),
      midStream: true,
      shows: 'waiting no-decodable-video',
      mend: (camera) => camera.resume(),
      check: (viewer, _, t) => t.match(viewer.changes[2], { state: 'waiting', code: 'stalled' }),
    },
    'one picture for ever': {
      ...sets('frozen', () => true),
      midStream: true,
      shows: 'streaming',
      check: oneSession,
    },
  };
}

function endedOnce(viewer: Viewer, _: TestCamera, t: Test): void {
  t.match(viewer.changes[2], { state: 'waiting', code: 'ended' });
}

function oneSession(viewer: Viewer, camera: TestCamera, t: Test): void {
  t.equal(camera.counters.connections, 2, 'no connection but the first question and the stream');
  t.notOk(viewer.changes.some(({ state }) => state === 'waiting'));
}

/** However far from zero they are: a stream that has run for a day has times like these. */
function exactTimes(viewer: Viewer, camera: TestCamera, t: Test): void {
  oneSession(viewer, camera, t);
  const jump = viewer.timesMs.findIndex((time) => time > 3_000_000);
  const times = viewer.timesMs.slice(jump + 1, jump + 8);
  t.ok(times.length > 5 && times[0]! > 3_000_000, `${times[0]} ms`);
  const steps = times.slice(1).map((time, i) => time - times[i]!);
  t.ok(
    steps.every((step) => Math.abs(step - 40) < 0.1),
    steps.join(' '),
  );
}

function timesRise(viewer: Viewer, _: TestCamera, t: Test): void {
  // FFmpeg does not know the times of the first two or three.
  const times = viewer.timesMs.slice(3);
  const steps = times.slice(1).map((time, i) => Math.round(time - times[i]!));
  t.ok(
    steps.every((step) => step > 0 && step % 40 === 0),
    steps.join(' '),
  );
}
