import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../agent/state/clock.ts';
import { PageProcess } from '../../agent/supervise/page-process.ts';
import { until } from '../support/until.ts';
import { gapOf, HEALTH, obey, page, signalOf, TOKEN } from './scene.ts';

/** With a Host header that `fetch` does not let one choose. */
const statusFor = (origin: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request(`${origin}/`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });

t.test('nothing about the plant without a session', async (t) => {
  const plant = await page(t);
  plant.release(signalOf(0));
  for (const path of ['', 'app.js', 'words.js', 'uplot.js', 'style.css']) {
    const answer = await fetch(`${plant.origin}/${path}`);
    t.equal(answer.status, 200, path);
    t.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
    t.notMatch(answer.headers.get('content-security-policy'), /unsafe/);
    t.notMatch(await answer.text(), /micron-bert-edge|\bcam\b/);
  }
  t.equal((await fetch(`${plant.origin}/events`)).status, 401);
  t.same(await (await fetch(`${plant.origin}/session`)).json(), { open: false });
  for (const path of ['pause', 'resume', 'logout']) t.equal((await plant.post(path, {})).status, 401, path);
  for (const path of ['package.json', '../../package.json', '%2e%2e/package.json', 'token', 'state'])
    t.equal((await fetch(`${plant.origin}/${path}`)).status, 404, path);
});

t.test('who gets a session', async (t) => {
  const plant = await page(t);
  t.equal((await plant.post('login', { token: 'guess' })).status, 401);
  t.equal((await plant.post('login', 'not json')).status, 400);
  t.equal((await plant.post('login', { token: 7 })).status, 400);
  t.equal((await plant.post('login', { token: 'x'.repeat(600) })).status, 413);
  t.equal((await plant.post('login', { token: TOKEN }, { Origin: 'http://evil.example' })).status, 403);
  t.equal((await plant.post('login', { token: TOKEN }, { 'Content-Type': 'text/plain' })).status, 403);
  t.equal(await statusFor(plant.origin, { Host: 'evil.example' }), 403, 'DNS rebinding');
  const answer = await plant.post('login', { token: TOKEN });
  t.match(
    answer.headers.get('set-cookie'),
    /^micron-edge-box=[\w-]{43}; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  t.notMatch(plant.log.join(), TOKEN);
});

t.test('a session is told everything, then what is new', async (t) => {
  const plant = await page(t);
  await plant.audit.append({ event: 'capture-opened', detail: {} });
  plant.release(signalOf(1));
  plant.release(signalOf(1));
  plant.outlet.capture({ state: 'watching' });
  plant.outlet.health(HEALTH);
  plant.outlet.auditHead({ seq: 1, hash: '' });
  const { news } = await plant.listen(await plant.logIn());
  await until(() => news()[0]?.data.audit.length === 1 || news().length > 1, 'the audit log');
  const { place, signals, health } = news()[0]!.data;
  t.match(place, { node: 'box', zones: [{ id: 'left', headCount: 6 }, { id: 'right' }] });
  t.equal(signals.length, 1, 'one that came again is there once');
  t.match(health, { spent: { left: 20, right: 31.5 }, broker: { connected: false, waiting: 2 } });
  plant.release(signalOf(0));
  await until(() => news().some(({ event }) => event === 'signal'), 'a new window');
  t.same(news().findLast(({ event }) => event === 'signal')!.data, signalOf(0));
  t.equal(plant.published.length, 3, 'and the broker has it as before');
});

t.test('what the plant did not get is shown, as it has grown', async (t) => {
  const plant = await page(t);
  const { news } = await plant.listen(await plant.logIn());
  const gap = gapOf(1, 3);
  plant.process.gap({ ...gap, count: 2, startMs: gap.startMs + 900_000 });
  plant.process.gap(gap);
  plant.process.gap(gap);
  plant.process.gap({ ...gapOf(1, 3), feed: 'sparkplug' });
  plant.release(signalOf(0));
  await until(() => news().some(({ event }) => event === 'signal'), 'what came after them');
  const told = news().filter(({ event }) => event === 'gap');
  t.same(
    told.map(({ data }) => [data.zone, data.id === gap.id, data.count, data.reason]),
    [
      ['left', true, 2, 'age'],
      ['left', true, 3, 'age'],
    ],
  );
  t.equal(told[1]!.data.from, new Date(gap.startMs).toISOString());
});

t.test('charts and gaps outlive a restart, where they may', async (t) => {
  const first = await page(t);
  const { folder } = first;
  const kept = gapOf(2, 2);
  for (const ago of [3, 2, 1, 0]) first.release(signalOf(ago));
  first.process.gap(kept);
  await first.process[Symbol.asyncDispose]();
  const file = join(folder, 'shown.jsonl');
  t.equal(readFileSync(file, 'utf8').split('\n').length, 6);
  t.notMatch(readFileSync(file, 'utf8'), TOKEN);

  const second = await page(t, {}, folder);
  const [board] = (await second.listen(await second.logIn())).news();
  t.same(
    board!.data.signals,
    [3, 2, 1, 0].map((ago) => signalOf(ago)),
  );
  t.match(board!.data.gaps, [{ id: kept.id, count: 2 }]);
  await second.process[Symbol.asyncDispose]();

  const third = await page(t, {}, folder, 0);
  third.release(signalOf(0));
  await third.process[Symbol.asyncDispose]();
  t.notOk(existsSync(file), 'governance.retention.pageHours: 0 leaves nothing on disk');

  const last = await page(t, {}, folder);
  await last.process[Symbol.asyncDispose]();
  t.ok(existsSync(file));
  const { page: _, ...without } = last.config;
  const { audit } = last;
  const log = { info() {}, warn() {}, error() {} };
  const ledger = { spent: () => 0 };
  await PageProcess.open({ config: without, ledger, audit, log, clock: systemClock(), stateFolder: folder });
  t.notOk(existsSync(file), 'nor does a configuration without a page');
});

t.test('pause and resume go to the supervisor, and the answer comes back here alone', async (t) => {
  const plant = await page(t);
  obey(plant);
  const cookie = await plant.logIn();
  const { news } = await plant.listen(cookie);
  t.same(await (await plant.post('pause', {}, { Cookie: cookie })).json(), { accepted: true });
  await until(() => news().some(({ event }) => event === 'capture'), 'the pause to be shown');
  t.match(news().find(({ event }) => event === 'capture')!.data, { state: 'paused', by: 'page' });
  t.equal((await plant.post('resume', {}, { Cookie: cookie, Origin: 'http://evil.example' })).status, 403);
  t.same(await (await plant.post('resume', {}, { Cookie: cookie })).json(), { accepted: true });
  t.same(plant.answers, [], 'nothing of it is published');
  plant.outlet.answer({ at: HEALTH.at, id: '4711', accepted: true, capture: { state: 'watching' } });
  t.equal(plant.answers.length, 1, 'answers to commands over MQTT are');
});

t.test('a stream ends with its session', async (t) => {
  const plant = await page(t);
  const cookie = await plant.logIn();
  const stream = await plant.listen(cookie);
  t.equal((await plant.post('logout', {}, { Cookie: cookie })).status, 200);
  plant.release(signalOf(0));
  await until(stream.isOver, 'the end of the stream');
  t.notOk(
    stream.news().some(({ event }) => event === 'signal'),
    'and nothing came after it',
  );
});

t.test('a page process that dies comes back with what was told before, on the same port', async (t) => {
  const plant = await page(t);
  plant.release(signalOf(0));
  plant.outlet.health(HEALTH);
  plant.process.child!.kill('SIGKILL');
  await until(() => plant.log.some((line) => line.includes('page-died')), 'the death to be noticed');
  const isBack = async () => (await fetch(`${plant.origin}/session`).catch(() => undefined))?.ok === true;
  await until(isBack, 'the page to come back', { withinMs: 30_000 });
  const { news } = await plant.listen(await plant.logIn());
  t.equal(news()[0]!.data.signals.length, 1);
  await until(
    () => news().some(({ event, data }) => (event === 'board' ? data.health : data) !== undefined),
    'health',
  );
});

t.test('behind a proxy the plant’s own name is ours too, and the cookie is secure', async (t) => {
  const plant = await page(t, { origin: 'https://edge.plant.example' });
  const answer = await plant.post('login', { token: TOKEN }, { Origin: 'https://edge.plant.example' });
  t.equal(answer.status, 200);
  t.match(answer.headers.get('set-cookie'), /; Secure$/);
  t.equal(await statusFor(plant.origin, { Host: 'edge.plant.example' }), 200);
  t.equal(await statusFor(plant.origin, { Host: 'other.plant.example' }), 403);
});
