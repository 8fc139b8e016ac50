import { request } from 'node:http';
import t from 'tap';
import { WebSocket } from 'ws';
import type { Hello } from '../../agent/live/hello.ts';
import { View, type ViewOptions } from '../../agent/live/view.ts';
import { freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';

const HELLO: Hello = {
  node: 'box-1',
  camera: 'cam',
  widthPx: 320,
  heightPx: 180,
  zones: [],
  optOut: [],
  least: { faceHeightPx: 64, fps: 15 },
  secondsLeft: 0,
};

/** A view of an encoder that the test plays, and what has become of it. */
async function open(more: Partial<ViewOptions> = {}) {
  const encoder = { on: false, starts: 0, send: (_: Uint8Array) => {}, go: () => {} };
  const view = await View.open({
    address: '127.0.0.1',
    port: await freePort(),
    limitMs: 60_000,
    claimMs: 60_000,
    silenceMs: 60_000,
    hello: (secondsLeft) => ({ ...HELLO, secondsLeft }),
    pictures(onBytes, onGone) {
      Object.assign(encoder, { on: true, starts: encoder.starts + 1, send: onBytes, go: onGone });
      return () => {
        encoder.on = false;
      };
    },
    ...more,
  });
  const { origin, hash } = new URL(view.url);
  return { view, encoder, origin, token: hash.slice(1) };
}

/** A browser's WebSocket, that says `first` as soon as it is open. */
function knock(origin: string, first: string, headers: Record<string, string> = { origin }) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/pictures`, { headers });
  const heard: (string | Buffer)[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket
      .on('open', () => socket.send(first))
      .on('message', (data: Buffer, isBinary) => heard.push(isBinary ? data : String(data)))
      .on('unexpected-response', (_, { statusCode = 0 }) => resolve({ code: statusCode, reason: '' }))
      .on('error', () => {})
      .on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  return { socket, heard, closed };
}

/** Status and headers of a request as any program may make it. */
const ask = (url: string, { host, method = 'GET' }: { host?: string; method?: string } = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    })
      .once('error', reject)
      .end();
  });

t.test('whoever has the token sees pictures, once', async (t) => {
  const { view, encoder, origin, token } = await open();
  t.equal(encoder.starts, 0, 'nothing is encoded before somebody comes');
  const viewer = knock(origin, token);
  await until(() => viewer.heard.length > 0, 'a greeting');
  const hello = JSON.parse(String(viewer.heard[0])) as Hello;
  t.match(hello, { camera: 'cam' });
  t.ok(hello.secondsLeft > 50 && hello.secondsLeft <= 60);
  encoder.send(Buffer.from('pictures'));
  await until(() => viewer.heard.length > 1, 'pictures');
  t.same(viewer.heard[1], Buffer.from('pictures'));

  const second = knock(origin, token);
  t.match(await second.closed, { code: 4403 }, 'the token is spent');
  t.same(second.heard, []);
  t.equal(encoder.starts, 1);
  t.same([...view.denials], [['token', 1]]);

  viewer.socket.close();
  t.equal(await view.ended, 'left');
  t.equal(encoder.on, false, 'nothing is encoded any more');
  await t.rejects(ask(origin), 'and nothing listens');
});

t.test('nobody else gets in', async (t) => {
  const { view, encoder, origin, token } = await open();
  const wrong: [string, Record<string, string>, number][] = [
    ['x'.repeat(43), { origin }, 4403],
    ['', { origin }, 4403],
    ['x'.repeat(1000), { origin }, 1009],
    [token, { origin: 'http://evil.example' }, 403],
    [token, { origin: origin.replace(/\d+$/, '1') }, 403],
    [token, {}, 403],
    [token, { origin: 'http://evil.example:80', host: 'evil.example:80' }, 403],
  ];
  for (const [first, headers, code] of wrong)
    t.equal((await knock(origin, first, headers).closed).code, code, JSON.stringify([first, headers]));
  t.same(Object.fromEntries(view.denials), { token: 2, origin: 3, host: 1 });
  t.equal(encoder.starts, 0);

  const silent = Array.from({ length: 4 }, () => {
    const { socket } = knock(origin, '', { origin });
    socket.removeAllListeners('open');
    return socket;
  });
  await until(() => silent.every(({ readyState }) => readyState === WebSocket.OPEN), 'four that say nothing');
  t.equal((await knock(origin, token).closed).code, 403, 'a crowd before the door lets nobody in');
  for (const socket of silent) socket.terminate();
  const viewer = knock(origin, token);
  t.ok(await until(() => viewer.heard.length > 0, 'the one with the token gets in all the same'));
  view.end('asked');
  t.match(await viewer.closed, { code: 4000, reason: 'asked' });
});

t.test('pages are few, closed to all other origins and names, and kept by nobody', async (t) => {
  const { view, origin } = await open();
  for (const path of ['/', '/style.css', '/view.js', '/overlay.js', '/jsmpeg.js']) {
    const { status, headers, body } = await ask(origin + path);
    t.equal(status, 200, path);
    t.ok(body.length > 100);
    t.match(headers, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
    });
    t.equal(headers['access-control-allow-origin'], undefined);
  }
  for (const path of ['/pictures', '/../package.json', '/%2e%2e/package.json', '/page/view.js', '/?x'])
    t.equal((await ask(origin + path)).status, 404, path);
  t.equal((await ask(origin, { method: 'POST' })).status, 405);
  t.equal((await ask(origin, { host: 'evil.example' })).status, 403, 'DNS rebinding');
  t.equal((await ask(origin, { host: 'localhost:1234' })).status, 200, 'the other end of a tunnel');
  view.end('asked');
  await view.ended;
});

t.test('it ends by itself', async (t) => {
  const unclaimed = await open({ claimMs: 30 });
  t.equal(await unclaimed.view.ended, 'unclaimed');

  const late = await open({ limitMs: 300, claimMs: 60_000 });
  const viewer = knock(late.origin, late.token);
  await until(() => late.encoder.on, 'a view');
  t.equal(await late.view.ended, 'time');
  t.match(await viewer.closed, { code: 4000, reason: 'time' });
  t.equal(late.encoder.on, false);

  const silent = await open({ silenceMs: 100 });
  knock(silent.origin, silent.token);
  t.equal(await silent.view.ended, 'no-picture');

  const gone = await open();
  knock(gone.origin, gone.token);
  await until(() => gone.encoder.on, 'a view');
  gone.encoder.go();
  t.equal(await gone.view.ended, 'capture-ended', 'the camera process has ended');

  const none = await open({ pictures: () => undefined });
  knock(none.origin, none.token);
  t.equal(await none.view.ended, 'capture-ended', 'there was none');
});

t.test('a viewer that reads nothing is dropped before it fills the memory', async (t) => {
  const { view, encoder, origin, token } = await open();
  const viewer = knock(origin, token);
  await until(() => encoder.on, 'a view');
  viewer.socket.pause();
  let sent = 0;
  const timer = setInterval(() => {
    if (!encoder.on) return;
    encoder.send(Buffer.alloc(65_536));
    sent += 65_536;
  }, 1);
  t.equal(await view.ended, 'slow');
  clearInterval(timer);
  t.ok(sent < 64 * 1024 * 1024, `${sent} bytes, most of them with the kernel`);
  t.equal(encoder.on, false);
});

t.test('a port that is taken is said', async (t) => {
  const { view, origin } = await open();
  await t.rejects(open({ port: Number(new URL(origin).port) }), { code: 'live-port', fault: 'environment' });
  view.end('asked');
  await view.ended;
});
