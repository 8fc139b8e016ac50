import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { AuditLog } from '../../agent/audit/log.ts';
import type { Standing } from '../../agent/governance/standing.ts';
import { type Answer, socketPath } from '../../agent/live/request.ts';
import { LiveViews } from '../../agent/supervise/live-views.ts';
import { configOf, good } from '../config/written.ts';
import { TestClock } from '../support/clock.ts';
import { fillableDisk } from '../support/full-disk.ts';
import { freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';

const WATCHING: Standing = { state: 'watching' };
const PAUSED: Standing = { state: 'paused', pause: { by: 'local', sinceMs: 0 } };

/** Live views of cameras that a test plays. */
async function scene(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const medium = fillableDisk();
  const clock = new TestClock();
  const audit = await AuditLog.open(join(folder, 'audit'), {
    clock,
    disk: medium.disk,
    fileBytes: 1e6,
    fileMs: 1e9,
    keepMs: 2e9,
  });
  const base = await configOf(good());
  const live = { address: '127.0.0.1', port: await freePort(), maxMinutes: 10, fps: 10 } as const;
  const config = { ...base, live };
  const now = { standing: WATCHING as Standing, running: true, shown: 0 };
  const said: string[] = [];
  const note = (fields: object, message: string) => void said.push(`${message} ${JSON.stringify(fields)}`);
  const id = config.cameras[0]!.id;
  const show = () => {
    if (!now.running) return undefined;
    now.shown++;
    return () => {};
  };
  const views = (await LiveViews.open({
    config,
    stateFolder: folder,
    audit,
    log: { info: note, warn: note, error: note },
    running: () => config,
    cameras: () => [{ id, process: { show } }],
    standing: () => now.standing,
  }))!;
  return {
    id,
    now,
    said,
    views,
    fill: (isFull: boolean) => {
      medium.full = isFull;
    },
    async recorded() {
      const events: string[] = [];
      await audit.last(({ event, detail }) => {
        events.unshift(
          [event, ...Object.entries(detail).filter(([key]) => key !== 'session')].flat(2).join(' '),
        );
        return false;
      });
      return events;
    },
    /** A command as `micron-edge live` sends it. */
    ask(camera: string, more: object = {}): { socket: Socket; answers: Answer[] } {
      const answers: Answer[] = [];
      const socket = connect({ path: socketPath(folder), allowHalfOpen: true });
      socket.on('error', () => {}).on('end', () => socket.end());
      createInterface({ input: socket }).on('line', (line) => answers.push(JSON.parse(line)));
      socket.write(`${JSON.stringify({ camera, ...more })}\n`);
      return { socket, answers };
    },
  };
}

const urlIn = (answers: readonly Answer[]) => answers.find((answer) => answer.type === 'open')?.url;
const visit = (url: string) => {
  const { origin, host, hash } = new URL(url);
  const socket = new WebSocket(`ws://${host}/pictures`, { origin });
  return socket.on('open', () => socket.send(hash.slice(1))).on('error', () => {});
};

t.test('a view is in the audit log from beginning to end', async (t) => {
  const { id, now, said, views, recorded, ask } = await scene(t);
  const { socket, answers } = ask(id, { minutes: 60 });
  const url = await until(() => urlIn(answers), 'a link');
  t.match(answers[0], { type: 'open', minutes: 10 }, 'not longer than the configuration allows');
  t.same(await recorded(), [`live-view-opened camera ${id}`], 'before anybody can look');
  const intruder = visit(`${new URL(url).origin}/#${'x'.repeat(43)}`);
  await until(() => intruder.readyState === WebSocket.CLOSED, 'an intruder at the door');
  const viewer = visit(url);
  await until(() => now.shown === 1, 'pictures');
  socket.end();
  await until(() => viewer.readyState === WebSocket.CLOSED, 'the end of the command is the end of the view');
  t.match(await until(() => answers[1], 'the end'), { type: 'closed', because: 'asked' });
  t.same(await recorded(), [
    `live-view-opened camera ${id}`,
    'live-view-denied reason token times 1',
    `live-view-closed because asked camera ${id}`,
  ]);
  t.notOk(said.join().includes(new URL(url).hash.slice(1)), 'the token is in no log');
  await views[Symbol.asyncDispose]();
});

t.test('a pause, and the end of the daemon, end it', async (t) => {
  const { id, now, views, recorded, ask } = await scene(t);
  const first = ask(id);
  const viewer = visit(await until(() => urlIn(first.answers), 'a link'));
  await until(() => now.shown === 1, 'pictures');
  now.standing = PAUSED;
  views.capture(PAUSED);
  await until(() => viewer.readyState === WebSocket.CLOSED, 'the viewer is out');
  t.match(await until(() => first.answers[1], 'the end'), { because: 'capture-ended' });
  const refused = ask(id);
  t.match(await until(() => refused.answers[0], 'an answer'), {
    type: 'refused',
    fault: 'governance',
    code: 'not-watching',
  });
  now.standing = WATCHING;
  const second = ask(id);
  await until(() => urlIn(second.answers), 'a link');
  await views[Symbol.asyncDispose]();
  t.match(await until(() => second.answers[1], 'the end'), { because: 'stopped' });
  t.same(await recorded(), [
    `live-view-opened camera ${id}`,
    `live-view-closed because capture-ended camera ${id}`,
    `live-view-refused camera ${id} reason not-watching`,
    `live-view-opened camera ${id}`,
    `live-view-closed because stopped camera ${id}`,
  ]);
});

t.test('what cannot be is refused, and recorded', async (t) => {
  const { id, now, views, recorded, ask } = await scene(t);
  const other = ask('no-such-camera');
  t.match(await until(() => other.answers[0], 'an answer'), { code: 'unknown-camera', fault: 'config' });
  const first = ask(id);
  const url = await until(() => urlIn(first.answers), 'a link');
  const second = ask(id);
  t.match(await until(() => second.answers[0], 'an answer'), { code: 'busy' }, 'one at a time');
  now.running = false;
  visit(url);
  t.match(await until(() => first.answers[1], 'the end'), { because: 'capture-ended' }, 'no camera process');
  t.same(await recorded(), [
    'live-view-refused camera no-such-camera reason unknown-camera',
    `live-view-opened camera ${id}`,
    `live-view-refused camera ${id} reason busy`,
    `live-view-closed because capture-ended camera ${id}`,
  ]);
  await views[Symbol.asyncDispose]();
});

t.test('what cannot be recorded does not happen', async (t) => {
  const { id, views, recorded, fill, ask } = await scene(t);
  fill(true);
  const { answers } = ask(id);
  t.match(await until(() => answers[0], 'an answer'), { type: 'refused', code: 'audit-unwritable' });
  fill(false);
  const next = ask(id);
  await until(() => urlIn(next.answers), 'a link');
  t.same(await recorded(), [`live-view-opened camera ${id}`]);
  await views[Symbol.asyncDispose]();
});
