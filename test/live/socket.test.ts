import { statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Request } from '../../agent/live/request.ts';
import { type Asker, LiveSocket } from '../../agent/live/socket.ts';

const SAID = { type: 'closed', because: 'time' } as const;

/** All that comes back for some bytes. */
const tell = (path: string, text: string) =>
  new Promise<string>((resolve) => {
    let heard = '';
    const socket = connect({ path, allowHalfOpen: true }, () => socket.write(text));
    socket
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        heard += chunk;
      })
      .on('error', () => {})
      .on('end', () => socket.destroy())
      .on('close', () => resolve(heard));
  });

t.test('requests come in, and nothing else', async (t) => {
  // Shorter than what tap would name it.
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'live.sock');
  writeFileSync(path, 'left by a daemon that has died');
  const asked: Request[] = [];
  await using _socket = await LiveSocket.open(path, async (request, asker) => {
    asked.push(request);
    asker.say(SAID);
  });
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.same(JSON.parse(await tell(path, '{"camera":"cam","minutes":3}\n')), SAID);
  t.same(asked, [{ camera: 'cam', minutes: 3 }]);
  for (const wrong of [
    '{"camera":"../x"}\n',
    '{"camera":"cam","url":"http://x"}\n',
    'live\n',
    '{"minutes":3}\n',
  ])
    t.match(JSON.parse(await tell(path, wrong)), { type: 'refused', code: 'unreadable' }, wrong);
  t.equal(await tell(path, 'x'.repeat(2_000)), '', 'too much is cut off');
  t.equal(asked.length, 1);
});

t.test('one who asks is known to be gone, and hears the end of it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'live.sock');
  const askers: Asker[] = [];
  await using _socket = await LiveSocket.open(path, async (_, asker) => {
    askers.push(asker);
    await new Promise((resolve) => asker.gone.addEventListener('abort', resolve));
    asker.say(SAID);
  });
  const heard = await new Promise<string>((resolve) => {
    const socket = connect({ path, allowHalfOpen: true }, () => {
      socket.end('{"camera":"cam"}\n');
      socket.setEncoding('utf8').once('data', resolve);
    });
  });
  t.same(JSON.parse(heard), SAID);
  t.equal(askers.length, 1);
});

t.test('a path that no socket can have is said', async (t) => {
  await t.rejects(
    LiveSocket.open(`/tmp/${'x'.repeat(110)}`, async () => {}),
    { code: 'live-socket', fault: 'environment' },
  );
});
