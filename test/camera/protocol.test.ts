import { join } from 'node:path';
import t from 'tap';
import { until } from '../support/until.ts';
import { TestCamera, type TestCameraOptions } from './camera.ts';
import { RawClient } from './client.ts';
import { digestParameters, digestResponse } from './digest.ts';
import { filmFolder, makeFilm } from './ffmpeg.ts';

const folder = filmFolder(t);
const film = await makeFilm(join(folder, 'film.mp4'), 1);

async function pair(options: Partial<TestCameraOptions> = {}) {
  const camera = await TestCamera.start({ file: film, ...options });
  const client = new RawClient(camera.url);
  return {
    camera,
    client,
    async [Symbol.asyncDispose]() {
      client.socket.destroy();
      await camera[Symbol.asyncDispose]();
    },
  };
}

t.test('from OPTIONS to TEARDOWN', async (t) => {
  await using both = await pair();
  const { camera, client } = both;
  t.match((await client.send('OPTIONS')).headers.get('public'), /DESCRIBE.*TEARDOWN/);
  const described = await client.send('DESCRIBE', '', { Accept: 'application/sdp' });
  t.equal(described.headers.get('cseq'), '2');
  t.equal(described.headers.get('content-base'), `${camera.url}/`);
  t.match(
    described.body,
    /profile-level-id=[0-9A-F]{6};sprop-parameter-sets=[\w+/=]+,[\w+/=]+\r\na=framerate:25\r\n/,
  );
  const session = await client.play();
  t.equal(camera.clients, 1);
  const kept = await client.send('GET_PARAMETER', '', { Session: session });
  t.equal(kept.headers.get('session'), `${session};timeout=60`);
  t.equal((await client.send('PAUSE', '', { Session: session })).status, 200);
  t.equal(camera.clients, 0);
  t.equal((await client.send('PLAY', '', { Session: session })).status, 200);
  t.equal((await client.send('TEARDOWN', '', { Session: session })).status, 200);
  t.equal((await client.send('PLAY', '', { Session: session })).status, 454);
});

t.test('requests that cannot be fulfilled', async (t) => {
  await using both = await pair();
  const { client } = both;
  const status = async (...request: Parameters<RawClient['send']>) => (await client.send(...request)).status;
  t.equal(await status('DESCRIBE', '/other'), 404);
  t.equal(await status('DESCRIBE', '', { Accept: 'text/plain' }), 406);
  t.equal(await status('PLAY'), 455);
  t.equal(await status('SETUP', ''), 455, 'the presentation instead of its stream');
  t.equal(await status('SETUP', '/trackID=0', { Transport: 'RTP/AVP;unicast;client_port=5000-5001' }), 461);
  t.equal(await status('PLAY', '', { Session: '1' }), 454);
  t.equal(await status('RECORD'), 501);
  t.equal(await status('DESCRIBE', '', { Require: 'play.scale' }), 551);
  client.socket.write('GET / HTTP/1.1\r\n\r\n');
  await until(() => client.closed, 'the end of a connection that is not RTSP');
});

t.test('of several transports the one that works is taken', async (t) => {
  await using both = await pair();
  const { headers } = await both.client.send('SETUP', '/trackID=0', {
    Transport: 'RTP/AVP;unicast;client_port=5000-5001,RTP/AVP/TCP;unicast;interleaved=4-5',
  });
  t.match(headers.get('transport'), /^RTP\/AVP\/TCP;unicast;interleaved=4-5;ssrc=[0-9A-F]{8}/);
});

t.test('packets', async (t) => {
  await using both = await pair();
  const { client } = both;
  await client.play();
  await until(() => client.packets.length > 80, 'packets over more than one round');
  const media = client.packets.filter(({ channel }) => channel === 2).map(({ data }) => data);
  const [report] = client.packets.filter(({ channel }) => channel === 3).map(({ data }) => data);
  t.same([report![1], report![29]], [200, 202], 'a sender report with a source description');
  t.equal(report!.readUInt32BE(4), media[0]!.readUInt32BE(8), 'of the same source');
  const wallMs =
    (report!.readUInt32BE(8) - 2_208_988_800) * 1000 + (report!.readUInt32BE(12) / 2 ** 32) * 1000;
  t.ok(Math.abs(wallMs - Date.now()) < 120_000, 'NTP time');
  const wrong = media.filter((packet, i) => {
    const next = media[i + 1];
    if (next === undefined) return false;
    const step = (next.readUInt32BE(4) - packet.readUInt32BE(4)) >>> 0;
    const inOrder = ((next.readUInt16BE(2) - packet.readUInt16BE(2)) & 0xffff) === 1;
    const marked = packet[1]! >= 0x80;
    return !inOrder || step !== (marked ? 3600 : 0);
  });
  t.same(wrong, [], 'numbers in order, the marker and only the marker before a new time');
  t.ok(media.every((packet) => packet.length <= 1412));
  t.ok(
    media.some((packet) => (packet[12]! & 0x1f) === 28),
    'some in fragments',
  );
  const first = media.slice(0, 2).map((packet) => packet[12]! & 0x1f);
  t.same(first, [7, 8], 'parameter sets first');
});

t.test('digest with SHA-256 only', async (t) => {
  const login = { user: 'operator', password: 'secret' };
  await using both = await pair({ auth: 'digest-sha256', ...login });
  const { camera, client } = both;
  const challenge = (await client.send('DESCRIBE')).headers.get('www-authenticate')!;
  t.match(challenge, /^Digest .*qop="auth", algorithm=SHA-256$/);
  const asked = digestParameters(challenge);
  const answer = (password: string, nonce: string, algorithm: 'MD5' | 'SHA-256' = 'SHA-256') => {
    const input = { username: login.user, realm: asked.get('realm')!, nonce, uri: camera.url };
    const protection = { qop: 'auth', nc: '00000001', cnonce: 'abc' };
    const response = digestResponse({ ...input, algorithm, password, method: 'DESCRIBE', protection });
    const fields = Object.entries({ ...input, ...protection, algorithm, response });
    const Authorization = `Digest ${fields.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
    return client.send('DESCRIBE', '', { Authorization });
  };
  const nonce = asked.get('nonce')!;
  t.equal((await answer(login.password, nonce)).status, 200);
  t.equal((await answer('wrong', nonce)).status, 401);
  t.equal((await answer(login.password, nonce, 'MD5')).status, 401);
  const old = await answer(login.password, 'of-yesterday');
  t.equal(old.status, 401);
  t.match(old.headers.get('www-authenticate'), /stale=true/);
  t.equal(camera.counters.unauthorized, 4);
});

t.test('both offers two schemes, digest first', async (t) => {
  await using both = await pair({ auth: 'both', user: 'operator', password: 'secret' });
  const offered = (await both.client.send('DESCRIBE')).headers.get('www-authenticate')!.split('\n');
  t.same(
    offered.map((each) => each.split(' ')[0]),
    ['Digest', 'Basic'],
  );
  t.notMatch(offered[0], /qop/);
});

t.test('the SDP can be rewritten', async (t) => {
  await using both = await pair({ sdp: (sdp) => sdp.replaceAll('H264', 'X-NOVEL') });
  t.match((await both.client.send('DESCRIBE')).body, /a=rtpmap:96 X-NOVEL\/90000\r\n/);
});

t.test('a client that reads nothing is put out', async (t) => {
  // Noise that hardly compresses, some 10 MB/s, because the buffers of the system must fill up first.
  const noise = ['-vf', 'scale=640:360,noise=alls=100:allf=t', '-qp', '1'];
  const file = await makeFilm(join(folder, 'noise.mp4'), 1, ...noise);
  await using both = await pair({ file, maxBacklogBytes: 256 * 1024 });
  const { camera, client } = both;
  void client.send('SETUP', '/trackID=0', { Transport: 'RTP/AVP/TCP;unicast' });
  void client.send('PLAY');
  client.socket.pause();
  await until(() => camera.counters.slowClients === 1, 'the end of its patience');
  t.equal(camera.clients, 0);
});

t.test('a client that says nothing is put out', async (t) => {
  await using both = await pair({ sessionTimeoutS: 1 });
  const { camera, client } = both;
  await client.play();
  await until(() => client.closed, 'the end of the session');
  t.equal(camera.counters.lapsedSessions, 1);
});
