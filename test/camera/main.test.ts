import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { program } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { filmFolder, makeFilm, watch, withCredentials } from './ffmpeg.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const folder = filmFolder(t);
const contents = { login: 'operator:secret\n', empty: '', 'notes.mp4': 'only text' };
for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
const file = await makeFilm(join(folder, 'film.mp4'), 1);
const camera = (...args: readonly string[]) => program(process.execPath, [MAIN, ...args]);

t.test('one line when ready, pictures for who knows the password, 0 at the end', async (t) => {
  const login = ['--auth', 'digest', '--credentials-file', join(folder, 'login')];
  const started = camera('--file', file, '--path', '/live', ...login);
  await until(() => started.stdout.endsWith('\n'), 'a line');
  const [, url] = /^READY (rtsp:\/\/127\.0\.0\.1:\d+\/live)\n$/.exec(started.stdout)!;
  const client = watch(withCredentials(url!, 'operator', 'secret'), '-frames:v', '5');
  t.equal(await client.exited, 0, client.stderr);
  const last = watch(withCredentials(url!, 'operator', 'secret'));
  await until(() => last.stdout.length > 0, 'a client that is there until the end');
  started.stop();
  t.equal(await started.exited, 0);
  await last.exited;
  t.equal(started.stdout.split('\n').length, 2);
  t.equal(started.stderr, '');
});

t.test('what cannot start ends with 2 and one line', async (t) => {
  const wrong: [RegExp, ...string[]][] = [
    [/--file is missing/],
    [/--colour/, '--file', file, '--colour', 'red'],
    [/"many" is no port/, '--file', file, '--port', 'many'],
    [/cannot be "magic"/, '--file', file, '--auth', 'magic'],
    [/go together/, '--file', file, '--auth', 'basic'],
    [/user:password/, '--file', file, '--auth', 'basic', '--credentials-file', join(folder, 'empty')],
    [/notes\.mp4: the file does not begin like an MP4/, '--file', join(folder, 'notes.mp4')],
    [/ENOENT/, '--file', join(folder, 'nowhere.mp4')],
  ];
  for (const [expected, ...args] of wrong) {
    const started = camera(...args);
    t.equal(await started.exited, 2);
    t.match(started.stderr, expected);
    t.equal(started.stderr.split('\n').length, 2, 'one line');
    t.equal(started.stdout, '');
  }
});
