import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { AuditLog } from '../../agent/audit/log.ts';
import { audit } from '../../agent/cli/audit.ts';
import { TestClock } from '../support/clock.ts';

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const code = await audit(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

async function written(folder: string): Promise<string> {
  await using log = await AuditLog.open(folder, {
    clock: new TestClock(),
    fileBytes: 1e6,
    fileMs: 1e9,
    keepMs: 1e10,
  });
  await log.append({ event: 'pause', detail: { by: 'local' } });
  await log.append({ event: 'resume', detail: { by: 'local' } });
  await log.append({ event: 'stop', detail: {} });
  return `${log.head.seq}:${log.head.hash}`;
}

t.test('an unbroken log: 0, and its anchor', async (t) => {
  const dir = t.testdir();
  const anchor = await written(dir);
  t.same(await run('verify', '--dir', dir), {
    code: 0,
    out: `fine: 3 entries in 1 files\nanchor: ${anchor}\n`,
    err: '',
  });
  t.equal((await run('verify', '--dir', dir, '--anchor', anchor)).code, 0);
  t.same((await run('show', '--dir', dir)).out.split('\n'), [
    '     1  2026-11-24T06:00:00.000Z  pause              {"by":"local"}',
    '     2  2026-11-24T06:00:00.000Z  resume             {"by":"local"}',
    '     3  2026-11-24T06:00:00.000Z  stop',
    '',
  ]);
});

t.test('a broken log: 1, with file and line', async (t) => {
  const dir = t.testdir();
  const anchor = await written(dir);
  const path = join(dir, 'audit-0000000001.jsonl');
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.replace('"by":"local"},"event":"resume"', '"by":"mqtt"},"event":"resume"'));
  t.same(await run('verify', '--dir', dir), {
    code: 1,
    out: '',
    err: `broken: ${path}:2 does not match its own hash\n`,
  });
  const shown = await run('show', '--dir', dir);
  t.same([shown.code, shown.out.split('\n').length], [1, 2], 'show ends where it is broken');
  writeFileSync(path, original.split('\n').slice(0, 2).join('\n').concat('\n'));
  t.equal((await run('verify', '--dir', dir)).code, 0);
  const cut = await run('verify', '--dir', dir, '--anchor', anchor);
  t.same([cut.code, cut.err], [1, `broken: ${dir} entry 3 of the anchor is not there\n`]);
});

t.test('what a crash has cut off is no break', async (t) => {
  const dir = t.testdir();
  await written(dir);
  appendFileSync(join(dir, 'audit-0000000001.jsonl'), '{"at":"2026');
  const { code, err } = await run('verify', '--dir', dir);
  t.equal(code, 0);
  t.match(err, /^note: 11 bytes/);
});

t.test('used wrongly, or on a folder that is not there', async (t) => {
  const dir = t.testdir();
  for (const args of [[], ['look'], ['verify', 'a', 'b'], ['verify', '--dir', dir, '--anchor', '3']]) {
    const { code, err } = await run(...args);
    t.same([code, err.startsWith('Usage: ')], [2, true], args.join(' '));
  }
  await t.rejects(run('verify', '--dir', join(dir, 'x')), { code: 'audit-unreadable', fault: 'environment' });
});
