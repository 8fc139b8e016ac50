import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { isHeld, StateLock } from '../../agent/state/lock.ts';

const LOCK = pathToFileURL(join(ROOT, 'dist/agent/state/lock.js')).href;

/** A process that takes the lock, says so, and keeps it until its standard input ends; `code` is how it ended. */
function holder(folder: string) {
  const script = `
    import { StateLock } from ${JSON.stringify(LOCK)};
    try {
      await using lock = await StateLock.take(process.argv[1]);
      process.stdout.write('held\\n');
      for await (const _ of process.stdin);
    } catch (error) {
      process.stdout.write(error.code + '\\n');
      process.exit(4);
    }`.replace('await using lock', 'const lock');
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = new Promise<string>((resolve) =>
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { child, said, ended };
}

t.test('one at a time, and free again afterwards', async (t) => {
  const folder = join(t.testdir(), 'state');
  {
    await using _lock = await StateLock.take(folder);
    t.ok(await isHeld(folder));
    await t.rejects(StateLock.take(folder), {
      code: 'state-locked',
      fault: 'environment',
      message: new RegExp(`process ${process.pid}\\b`),
    });
    t.equal(statSync(join(folder, 'lock')).mode & 0o777, 0o600);
    t.equal(statSync(folder).mode & 0o777, 0o700);
  }
  t.notOk(await isHeld(folder));
  t.same(readdirSync(folder), [], 'nothing is left behind');
});

t.test('a process that was killed holds nothing', async (t) => {
  const folder = t.testdir();
  const { child, said, ended } = holder(folder);
  t.equal(await said, 'held');
  t.ok(await isHeld(folder));
  await t.rejects(StateLock.take(folder), { code: 'state-locked' });
  child.kill('SIGKILL');
  await ended;
  t.ok(existsSync(join(folder, 'lock')));
  t.notOk(await isHeld(folder));
  await using _lock = await StateLock.take(folder);
  t.same(readdirSync(folder), ['lock']);
});

t.test('a process id that has come again is somebody else', async (t) => {
  const folder = t.testdir();
  const { child, said, ended } = holder(folder);
  await said;
  child.kill('SIGKILL');
  await ended;
  const file = join(folder, 'lock');
  const dead = JSON.parse(readFileSync(file, 'utf8'));
  for (const [what, change] of [
    ['another start time', { pid: process.pid }],
    ['another boot', { pid: process.pid, boot: 'before' }],
  ] as const) {
    writeFileSync(file, JSON.stringify({ ...dead, ...change }));
    t.notOk(await isHeld(folder), what);
    await using _lock = await StateLock.take(folder);
  }
  writeFileSync(file, '');
  await using _lock = await StateLock.take(folder);
  t.pass('nor does an empty file, which a power cut can leave');
});

t.test('a holder that reads another boot id, as a service in a container does, still holds it', async (t) => {
  const folder = t.testdir();
  const { child, said, ended } = holder(folder);
  await said;
  const file = join(folder, 'lock');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), boot: 'of the host' }));
  t.ok(await isHeld(folder));
  await t.rejects(StateLock.take(folder), { code: 'state-locked' });
  child.kill('SIGKILL');
  await ended;
});

t.test('of many that find a stale lock at once, one gets it', async (t) => {
  for (let round = 0; round < 3; round++) {
    const folder = t.testdir();
    const first = holder(folder);
    await first.said;
    first.child.kill('SIGKILL');
    await first.ended;
    if (round === 2) {
      // One that was killed while it was taking over.
      const { nonce } = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'));
      const dead = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'));
      writeFileSync(join(folder, `lock.${nonce}.stale`), JSON.stringify({ ...dead, nonce: 'dead' }));
    }
    const many = Array.from({ length: 5 }, () => holder(folder));
    const said = await Promise.all(many.map((each) => each.said));
    t.same(said.sort(), ['held', ...Array(4).fill('state-locked')], `round ${round}`);
    for (const { child } of many) child.stdin.end();
    await Promise.all(many.map((each) => each.ended));
  }
});

t.test('a folder that cannot be made', async (t) => {
  const folder = t.testdir({ file: '' });
  await t.rejects(StateLock.take(join(folder, 'file/state')), {
    code: 'state-unwritable',
    fault: 'environment',
  });
});
