import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sourceOf } from '../../agent/config/handed-over.ts';
import { inspect } from '../../agent/config/referenced.ts';

const UNIT = '/run/credentials/micron-edge.service';
const reference = { path: ['mqtt', 'passwordFile'], kind: 'password', file: `${UNIT}/secret_mqtt` } as const;

t.test('what systemd hands over has a source, which is what can be seen from outside', async (t) => {
  t.equal(sourceOf(`${UNIT}/secret_mqtt`, {}), '/etc/micron-edge/secrets/mqtt');
  t.equal(sourceOf(`${UNIT}/mqtt`, {}), '/etc/micron-edge/secrets/mqtt', 'by a LoadCredential= of one file');
  t.equal(sourceOf(`${UNIT}/secret_mqtt`, { CREDENTIALS_DIRECTORY: UNIT }), undefined, 'inside the unit');
  t.equal(sourceOf('/etc/cam.secret', {}), undefined);
});

t.test('outside the unit a secret is judged by its source', async (t) => {
  const folder = t.testdir();
  const missing = await inspect(reference, {}, folder);
  t.match(missing.error, {
    code: 'secret-missing',
    message: `${reference.file} is made by systemd when the unit starts, out of ${folder}/mqtt, and that is not there.`,
    remedy: `Put it into ${folder}/mqtt (chmod 0400), then systemctl restart micron-edge.`,
  });
  writeFileSync(join(folder, 'mqtt'), 'hunter2\n', { mode: 0o600 });
  t.same(await inspect(reference, {}, folder), { reference }, 'nothing to say against it');
  chmodSync(join(folder, 'mqtt'), 0o644);
  t.match((await inspect(reference, {}, folder)).warning, { remedy: `chmod o-r ${folder}/mqtt` });
  writeFileSync(join(folder, 'mqtt'), 'two\nlines\n');
  t.match((await inspect(reference, {}, folder)).error, { code: 'secret-malformed' });
});

t.test('who may not look is told to ask root', async (t) => {
  const folder = join(t.testdir(), 'secrets');
  mkdirSync(folder, { mode: 0o000 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  const { error, warning } = await inspect(reference, {}, folder);
  if (isRoot) process.seteuid?.(0);
  chmodSync(folder, 0o700);
  t.equal(error, undefined);
  t.match(warning!.found, 'is there only inside the running unit');
});

t.test('inside the unit the file itself is looked at', async (t) => {
  const { error } = await inspect(reference, { CREDENTIALS_DIRECTORY: UNIT }, t.testdir());
  t.match(error!.message, `There is no secret file ${reference.file}`);
});
