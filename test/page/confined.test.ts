import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { confinement } from '../../agent/supervise/page-process.ts';
import { program } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { HEALTH, obey, page, signalOf, TOKEN } from './scene.ts';

t.test('a process confined as the page is can read the page, and do nothing else', async (t) => {
  const probe = join(ROOT, 'dist/test/page/probe.js');
  const state = t.testdir();
  writeFileSync(join(state, 'ledger'), 'secret');
  const child = fork(probe, [state, ROOT], {
    execArgv: [...confinement(), `--allow-fs-read=${probe}`],
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [outcomes] = (await once(child, 'message')) as [Record<string, string>];
  const { 'read the page': allowed, ...rest } = outcomes;
  t.equal(allowed, 'done', 'so the probe can see what is allowed');
  t.equal(Object.keys(rest).length, 8);
  for (const [attempt, outcome] of Object.entries(rest))
    t.match(outcome, /^ERR_(ACCESS_DENIED|DLOPEN_DISABLED)$/, attempt);
});

t.test(
  'while it serves, it opens no file, starts nothing, and connects to nobody',
  async (t): Promise<void> => {
    const plant = await page(t);
    obey(plant);
    const log = join(t.testdir(), 'strace');
    const pid = plant.process.child!.pid!;
    const calls = '%file,%process,connect,socket';
    await using strace = program('strace', [
      '-f',
      '-q',
      '-e',
      `trace=${calls}`,
      '-o',
      log,
      '-p',
      String(pid),
    ]);
    const isTraced = () => /TracerPid:\t[1-9]/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const mayTrace = await Promise.race([
      until(isTraced, 'strace').then(() => true),
      strace.exited.then(() => false),
    ]);
    if (!mayTrace) {
      t.pass(`not looked at: strace may not attach here (${strace.text()})`, { skip: true });
      return;
    }
    const cookie = await plant.logIn();
    const { news } = await plant.listen(cookie);
    plant.release(signalOf(0));
    plant.outlet.health(HEALTH);
    await plant.post('pause', {}, { Cookie: cookie });
    await plant.post('login', { token: `${TOKEN}!` });
    for (const path of ['', 'app.js', 'nothing', '../../etc/passwd']) await fetch(`${plant.origin}/${path}`);
    await until(() => news().some(({ event }) => event === 'health'), 'health');
    strace.stop();
    await strace.exited;
    const seen = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /^\d+ +(?!\+\+\+|---)\w+\(/.test(line));
    t.same(seen, []);
  },
);

t.test('what serves the page imports messages, and nothing that could fetch more', async (t) => {
  const folder = join(ROOT, 'agent/page');
  const allowed = [
    'zod',
    'node:crypto',
    'node:events',
    'node:fs/promises',
    'node:http',
    'node:module',
    'node:net',
    'node:path',
    '../audit/events.ts',
    '../live/guard.ts',
    '../publish/messages.ts',
  ];
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.ts')))
    for (const [, from] of readFileSync(join(folder, name), 'utf8').matchAll(/from '([^']+)'/g))
      t.ok(from!.startsWith('./') || allowed.includes(from!), `${name}: ${from}`);
});
