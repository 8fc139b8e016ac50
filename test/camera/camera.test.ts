import { join } from 'node:path';
import t from 'tap';
import { until } from '../support/until.ts';
import { TestCamera } from './camera.ts';
import { filmFolder, makeFilm, timesIn, watch, withCredentials } from './ffmpeg.ts';

/** ffmpeg as the client. What it prints, not how long it takes, is what counts. */
const file = await makeFilm(join(filmFolder(t), 'film.mp4'), 2);
const LOGIN = { user: 'operator', password: 'a:b c"d' };
const ESCAPED = encodeURIComponent(LOGIN.password);

t.test(
  'without authentication: pictures arrive, and their times rise over the end of the film',
  async (t) => {
    await using camera = await TestCamera.start({ file });
    const client = watch(camera.url, '-frames:v', '120');
    t.equal(await client.exited, 0, client.stderr);
    // The parser of ffmpeg gives the first picture no time.
    const times = timesIn(client.stdout).slice(1);
    t.equal(times.length, 119);
    const steps = new Set(times.slice(1).map((time, i) => time - times[i]!));
    t.same([...steps], [3600], 'always one picture at 25 per second, also from round to round');
  },
);

for (const auth of ['basic', 'digest', 'both'] as const)
  t.test(`${auth}: with the right password pictures arrive, with a wrong one 401`, async (t) => {
    await using camera = await TestCamera.start({ file, auth, ...LOGIN });
    const client = watch(withCredentials(camera.url, LOGIN.user, ESCAPED), '-frames:v', '5');
    const stranger = watch(withCredentials(camera.url, LOGIN.user, 'wrong'), '-frames:v', '5');
    const nobody = watch(camera.url, '-frames:v', '5');
    t.equal(await client.exited, 0, client.stderr);
    t.equal(timesIn(client.stdout).length, 5);
    for (const refused of [stranger, nobody]) {
      t.not(await refused.exited, 0);
      t.match(refused.stderr, /401 Unauthorized/);
    }
  });

t.test('an unknown path is 404', async (t) => {
  await using camera = await TestCamera.start({ file, path: '/live?channel=1' });
  const lost = watch(camera.url.replace('channel=1', 'channel=2'), '-frames:v', '5');
  t.not(await lost.exited, 0);
  t.match(lost.stderr, /404 Not Found/);
  const client = watch(camera.url, '-frames:v', '5');
  t.equal(await client.exited, 0, client.stderr);
});

t.test('stalled, nothing more arrives; resumed, it goes on later in time, with a keyframe', async (t) => {
  await using camera = await TestCamera.start({ file });
  const client = watch(camera.url);
  const received = () => timesIn(client.stdout).length;
  await until(() => received() > 10, 'pictures');
  camera.stall();
  const sent = camera.counters.pictures;
  // A second client shows that the camera lives on, and gives the first one time to receive what it should not.
  const late = watch(camera.url, '-frames:v', '5');
  await until(() => camera.clients === 2, 'a client of a stalled camera');
  await until(() => received() >= sent - 3, 'all but what ffmpeg holds back');
  t.equal(camera.counters.pictures, sent);
  t.ok(received() <= sent);
  t.equal(timesIn(late.stdout).length, 0);
  const before = received();
  camera.resume();
  t.equal(await late.exited, 0, late.stderr);
  await until(() => received() > before + 10, 'pictures after the stall');
  const times = timesIn(client.stdout).slice(1);
  t.ok(
    times.slice(1).every((time, i) => time > times[i]!),
    'times rise',
  );
  // framecrc flags every packet that is no keyframe.
  t.notMatch(client.stdout.match(/^0,.*$/gm)![sent], 'F=0x0', 'the first one after the stall is a keyframe');
  client.stop();
  await client.exited;
});

t.test('dropped clients end, and may come back', async (t) => {
  await using camera = await TestCamera.start({ file });
  const client = watch(camera.url);
  await until(() => timesIn(client.stdout).length > 3, 'pictures');
  camera.dropClients();
  await client.exited;
  await until(() => camera.clients === 0, 'nobody');
  const again = watch(camera.url, '-frames:v', '5');
  t.equal(await again.exited, 0, again.stderr);
});

t.test('two clients at once, each from the first keyframe on', async (t) => {
  await using camera = await TestCamera.start({ file });
  const clients = [watch(camera.url, '-frames:v', '60'), watch(camera.url, '-frames:v', '60')];
  await until(() => camera.clients === 2, 'two clients');
  const sizes = [];
  for (const client of clients) {
    t.equal(await client.exited, 0, client.stderr);
    sizes.push(client.stdout.match(/^0,.*$/gm)!.map((line) => line.split(',')[4]));
  }
  t.same(sizes[0], sizes[1]);
  t.equal(sizes[0]![0], sizes[0]![50], 'the film begins anew after 50 pictures');
});

t.test('a session lives as long as its client gives signs of life', async (t) => {
  await using camera = await TestCamera.start({ file, sessionTimeoutS: 2 });
  const client = watch(camera.url, '-frames:v', '100');
  t.equal(await client.exited, 0, client.stderr);
  t.equal(camera.counters.lapsedSessions, 0);
});

t.test('a signal ends the camera', async (t) => {
  const ended = new AbortController();
  const camera = await TestCamera.start({ file, signal: ended.signal });
  const client = watch(camera.url);
  await until(() => camera.clients === 1, 'a client');
  ended.abort();
  await client.exited;
  await t.rejects(TestCamera.start({ file, signal: ended.signal }), { name: 'AbortError' });
  await camera[Symbol.asyncDispose]();
});
