import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { dashboard, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { freePort, program } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { TOKEN } from './scene.ts';

const WITHIN = { withinMs: 60_000 };
const MAIN = join(ROOT, 'dist/agent/main.js');
/** As an operator starts it, and without what tap puts into every process below it. */
const agent = (...args: string[]) => program('env', ['-u', 'NODE_OPTIONS', process.execPath, MAIN, ...args]);

t.test('the page of a running daemon: what it shows, and its pause', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  const port = await freePort();
  const config = writeConfig(join(folder, 'config'), {
    camera: `rtsp://127.0.0.1:${await freePort()}/nobody`,
    broker: broker.url,
    more: { page: { port, tokenFile: 'page-token' } },
  });
  writeFileSync(join(folder, 'config/page-token'), `${TOKEN}\n`, { mode: 0o600 });
  await using daemon = agent('run', config);
  const origin = `http://127.0.0.1:${port}`;
  const post = async (path: string, body: object, cookie = '') => {
    const answer = await fetch(`${origin}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, Cookie: cookie },
      body: JSON.stringify(body),
    });
    return { json: await answer.json(), cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };
  const isUp = async () => (await fetch(`${origin}/session`).catch(() => undefined))?.ok === true;
  await until(isUp, 'the page', WITHIN);
  const { cookie } = await post('login', { token: TOKEN });
  const ended = new AbortController();
  t.teardown(() => ended.abort());
  let shown = '';
  const stream = await fetch(`${origin}/events`, { headers: { Cookie: cookie }, signal: ended.signal });
  (async () => {
    for await (const chunk of stream.body!) shown += new TextDecoder().decode(chunk);
  })().catch(() => {});
  await until(() => /"state":"(waiting|connecting)"/.test(shown), 'the state of the camera', WITHIN);
  await until(() => /event: signal/.test(shown), 'a window', WITHIN);
  const published = plant.messages.filter(({ topic }) => topic.endsWith('/signal'));
  const [first] = [...shown.matchAll(/event: signal\ndata: (.*)\n/g)];
  await until(
    () => published.length > 0 || plant.messages.some(({ topic }) => topic.endsWith('/signal')),
    'the broker',
    WITHIN,
  );
  t.same(
    plant.messages.find(
      ({ topic, body }) =>
        topic.endsWith('/signal') && body.window.start === JSON.parse(first![1]!).window.start,
    )?.body,
    JSON.parse(first![1]!),
    'the page shows what was published',
  );

  const status = () => plant.messages.findLast(({ topic }) => topic === `${TOPIC}/status`)?.body;
  t.same((await post('pause', {}, cookie)).json, { accepted: true });
  await until(() => status()?.capture?.by === 'page', 'the pause to be published', WITHIN);
  t.same((await post('resume', {}, cookie)).json, { accepted: true });
  await until(() => status()?.capture?.state === 'watching', 'the resume', WITHIN);

  await using pause = agent('pause', config);
  t.equal(await pause.exited, 0);
  await until(() => status()?.capture?.by === 'local', 'the pause on the box', WITHIN);
  t.same(
    (await post('resume', {}, cookie)).json,
    { accepted: false, reason: 'paused-locally' },
    'what was paused on the box is lifted there alone',
  );
  await until(
    () => /"event":"pause","detail":\{"by":"page"\}/.test(shown.replace(/"seq":\d+,"at":"[^"]*",/g, '')),
    'the audit log on the page',
    WITHIN,
  );
  t.notMatch(daemon.text() + shown + JSON.stringify(plant.messages), TOKEN, 'the token is nowhere');
  daemon.stop();
  t.equal(await daemon.exited, 0);

  await using again = agent('run', config);
  await until(isUp, 'the page of the second start', WITHIN);
  const second = await post('login', { token: TOKEN });
  const board = await fetch(`${origin}/events`, { headers: { Cookie: second.cookie }, signal: ended.signal });
  let told = '';
  const reader = board.body!.getReader();
  while (!told.includes('\n\n', 20)) told += new TextDecoder().decode((await reader.read()).value);
  const { signals } = JSON.parse(/event: board\ndata: (.*)\n/.exec(told)![1]!);
  const before = [...shown.matchAll(/event: signal\ndata: (.*)\n/g)].map(([, text]) => JSON.parse(text!));
  t.ok(before.length > 0);
  t.same(signals.slice(0, before.length), before, 'its charts begin where the first start began');
  again.stop();
  t.equal(await again.exited, 0);
  await using log = agent('audit', 'show', config);
  await log.exited;
  t.match(log.text(), /page/);
});

t.test('what is wrong with a page is said at the start', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  const written = (token: string) => {
    const path = writeConfig(folder, {
      camera: 'rtsp://127.0.0.1:1/nobody',
      broker: 'mqtt://127.0.0.1:1',
      more: { page: { port, tokenFile: 'page-token' } },
    });
    writeFileSync(join(folder, 'page-token'), `${token}\n`, { mode: 0o600 });
    return path;
  };
  {
    await using daemon = agent('run', written('short'));
    t.equal(await daemon.exited, 4);
    t.match(daemon.stderr, /fewer than 20 letters.*\n.*openssl rand/);
  }
  const taken = (await import('node:http')).createServer().listen(port, '127.0.0.1');
  t.teardown(() => taken.close());
  await using daemon = agent('run', written(TOKEN));
  t.equal(await daemon.exited, 4);
  t.match(daemon.stderr, /cannot listen on 127\.0\.0\.1 port \d+ \(EADDRINUSE\)/);
});
