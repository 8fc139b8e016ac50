import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readCredentials, readSecret } from '../../agent/config/secrets.ts';
import { errorOf, written } from './written.ts';

t.test('one line, whatever its end', async (t) => {
  await using place = await written({ a: 'pä:ss word', b: 'x\n', c: 'x\r\n', d: ' x \n' });
  t.equal(await readSecret(join(place.folder, 'a')), 'pä:ss word');
  t.equal(await readSecret(join(place.folder, 'b')), 'x');
  t.equal(await readSecret(join(place.folder, 'c')), 'x');
  t.equal(await readSecret(join(place.folder, 'd')), ' x ', 'blanks belong to it');
});

t.test('the password may contain ":"', async (t) => {
  await using place = await written({ a: 'admin:a:b:c\n' });
  t.same(await readCredentials(join(place.folder, 'a')), { user: 'admin', password: 'a:b:c' });
});

t.test('errors are typed and hold nothing of the content', async (t) => {
  await using place = await written({
    empty: '',
    newline: '\n',
    two: 'hunter2\nhunter2\n',
    long: 'hunter2'.repeat(1000),
    binary: Uint8Array.of(0x68, 0xff, 0xfe),
    colonless: 'hunter2',
    userless: ':hunter2',
    passwordless: 'hunter2:',
  });
  const cases: readonly [string, string][] = [
    ['nowhere', 'secret-missing'],
    ['empty/below', 'secret-missing'],
    ['.', 'secret-unreadable'],
    ['empty', 'secret-malformed'],
    ['newline', 'secret-malformed'],
    ['two', 'secret-malformed'],
    ['long', 'secret-malformed'],
    ['binary', 'secret-malformed'],
    ['colonless', 'secret-malformed'],
    ['userless', 'secret-malformed'],
    ['passwordless', 'secret-malformed'],
  ];
  for (const [name, code] of cases) {
    const error = await errorOf(readCredentials(join(place.folder, name)));
    t.same([error.fault, error.code], ['environment', code], name);
    t.notMatch(`${error.message}${error.remedy}${error.stack}${String(error.cause)}`, /hunter2/, name);
  }
});

t.test(
  'a file that may not be read',
  { skip: process.getuid?.() === 0 && 'root reads everything' },
  async (t) => {
    await using place = await written({ a: 'x' });
    await chmod(join(place.folder, 'a'), 0);
    t.equal((await errorOf(readSecret(join(place.folder, 'a')))).code, 'secret-unreadable');
  },
);
