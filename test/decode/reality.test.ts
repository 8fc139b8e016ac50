import { type AddressInfo, createServer } from 'node:net';
import t from 'tap';
import { TestCamera } from '../camera/camera.ts';
import { casesWith, LOGIN, makeFilms } from '../camera/cases.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { redirectTo } from '../camera/mischief.ts';
import { freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { STALL_MS, view } from '../support/viewer.ts';

/**
 * Cameras as they are: for each misbehaviour the state and code that must show, and that pictures are back when it is
 * over. In parallel, because nearly all of it is waiting.
 */
t.jobs = 4;

const films = await makeFilms(filmFolder(t));
const file = films.plain;
const withLogin = { credentials: LOGIN };

for (const [name, each] of Object.entries(casesWith(films)))
  t.test(name, async (t) => {
    await using camera = await TestCamera.start({ file });
    if (each.midStream !== true) await each.misbehave(camera);
    await using viewer = view(camera.url, withLogin);
    if (each.midStream === true) {
      await viewer.stands('streaming');
      await each.misbehave(camera);
    }
    await viewer.stands(each.shows);
    t.pass(each.shows);
    if (each.mend !== undefined) {
      await each.mend(camera);
      await viewer.stands('streaming');
      t.pass('streaming afterwards');
    }
    await each.check?.(viewer, camera, t);
    t.notMatch(JSON.stringify(viewer.changes), /s3cret/, 'no password in what is said');
  });

t.test('no password where one is asked for', async (t) => {
  await using camera = await TestCamera.start({ file, auth: 'basic', ...LOGIN });
  await using viewer = view(camera.url);
  await viewer.stands('waiting unauthorised');
  t.pass('unauthorised');
});

t.test('UDP refused', async (t) => {
  await using camera = await TestCamera.start({ file });
  await using viewer = view(camera.url, { transport: 'udp' });
  await viewer.stands('waiting transport-refused');
  t.pass('transport-refused');
});

t.test('a redirection to another address of the same camera is followed', async (t) => {
  await using other = await TestCamera.start({ file, path: '/moved', auth: 'digest', ...LOGIN });
  for (const status of [301, 302] as const) {
    await using camera = await TestCamera.start({
      file,
      mischief: { reply: redirectTo(other.url, status) },
    });
    await using viewer = view(camera.url, withLogin);
    await viewer.stands('streaming');
    t.equal(camera.counters.connections, 1);
  }
});

t.test('a redirection to another machine is not: nobody there gets to know the password', async (t) => {
  await using other = await TestCamera.start({ file, auth: 'basic', ...LOGIN });
  const elsewhere = other.url.replace('127.0.0.1', 'localhost');
  await using camera = await TestCamera.start({ file, mischief: { reply: redirectTo(elsewhere) } });
  await using viewer = view(camera.url, withLogin);
  await viewer.stands('waiting redirected');
  t.equal(viewer.changes[1]!.words, `localhost:${other.port}`);
  t.equal(other.counters.connections, 0);
  delete camera.mischief.reply;
  await viewer.stands('streaming');
});

t.test('a redirection in a circle ends', async (t) => {
  await using camera = await TestCamera.start({ file });
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
    await using _camera = await TestCamera.start({ file, port });
    await viewer.stands('streaming');
  }
  await viewer.stands('waiting unreachable');
  await using _camera = await TestCamera.start({ file, port });
  await viewer.stands('streaming');
});

t.test('it ends at once, whatever the camera does', async (t) => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  let connections = 0;
  silent.on('connection', () => connections++);
  const viewer = view(`rtsp://127.0.0.1:${port}/stream`, { stallMs: STALL_MS * 100 });
  await until(() => connections > 0, 'the question');
  await viewer[Symbol.asyncDispose]();
  t.equal(viewer.changes.length, 1, 'without a word more');
  silent.close();
});
