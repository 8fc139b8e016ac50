import t from 'tap';
import type { AuditEvent } from '../../agent/audit/events.ts';
import { AuditLog, type AuditOptions } from '../../agent/audit/log.ts';
import { verify } from '../../agent/audit/verify.ts';
import { TestClock } from '../support/clock.ts';
import { seeded } from '../support/random.ts';
import { Crash, SimDisk } from '../support/sim-disk.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const PAUSE: AuditEvent = { event: 'pause', detail: { by: 'local' } };
const RESUME: AuditEvent = { event: 'resume', detail: { by: 'local' } };

function place(options: Partial<AuditOptions> = {}, seed = 1) {
  const disk = new SimDisk(seeded(seed));
  const clock = new TestClock();
  const all = { clock, disk, fileBytes: 100_000, fileMs: 7 * DAY, keepMs: 30 * DAY, ...options };
  return {
    disk,
    clock,
    open: () => AuditLog.open('/audit', all),
    verify: (anchor?: { seq: number; hash: string }) => verify('/audit', anchor, disk),
    text: async (name: string) => (await disk.read(`/audit/${name}`))!.toString('utf8'),
  };
}

t.test('entries follow on each other, over restarts too', async (t) => {
  const { open, verify, text } = place();
  const first = await open();
  await first.append(PAUSE);
  await first.append(RESUME);
  const second = await open();
  t.same(second.head, first.head);
  await second.append(PAUSE);
  const lines = (await text('audit-0000000001.jsonl')).trimEnd().split('\n');
  t.equal(lines.length, 3);
  const [a, b] = lines.map((line) => JSON.parse(line));
  t.equal(a.prevHash, '0'.repeat(64));
  t.equal(b.prevHash, a.hash);
  t.match(await verify(), { ok: true, entries: 3, firstSeq: 1, head: { seq: 3 }, tornBytes: 0 });
  t.match(await second.last(({ event }) => event === 'resume'), { seq: 2 });
});

t.test('an entry has no room for anything else', async (t) => {
  const log = await place().open();
  for (const event of [
    { event: 'pause', detail: { by: 'local', who: 'Anna' } },
    { event: 'pause', detail: { by: 'Anna' } },
    { event: 'budget-spent', detail: { zone: 'press', counts: { none: 6 } } },
    { event: 'hello', detail: {} },
    { event: 'stop', detail: {}, track: 7 },
  ])
    await t.rejects(log.append(event as AuditEvent), { name: 'ZodError' });
  await log.append(PAUSE);
  t.equal(log.head.seq, 1, 'and what was refused left nothing behind');
});

t.test('every change of a byte is found, and where', async (t) => {
  const { disk, open, verify, text } = place();
  const log = await open();
  for (let i = 0; i < 4; i++) await log.append(i % 2 ? RESUME : PAUSE);
  const original = Buffer.from(await text('audit-0000000001.jsonl'));
  const path = '/audit/audit-0000000001.jsonl';
  const ends = [...original.entries()].filter(([, byte]) => byte === 10).map(([i]) => i);
  for (let i = 0; i < original.length - 1; i += 3) {
    disk.corrupt(path, () => {
      const bytes = Buffer.from(original);
      bytes[i]! ^= 1;
      return bytes;
    });
    const line = ends.findIndex((end) => i <= end) + 1;
    const verdict = await verify();
    if (verdict.ok || verdict.path !== path || (verdict.line !== line && verdict.line !== line + 1))
      t.fail(`byte ${i} in line ${line}: ${JSON.stringify(verdict)}`);
  }
  const lines = original.toString().trimEnd().split('\n');
  const damages: readonly [string, string[], number][] = [
    ['an entry taken out', [lines[0]!, ...lines.slice(2)], 2],
    ['entries exchanged', [lines[0]!, lines[2]!, lines[1]!, lines[3]!], 2],
    ['an entry doubled', [lines[0]!, lines[0]!, ...lines.slice(1)], 2],
    ['the beginning taken away', lines.slice(1), 1],
    ['a blank added', [lines[0]!, ` ${lines[1]}`, ...lines.slice(2)], 2],
    ['a line of another kind', [lines[0]!, 'hello', ...lines.slice(1)], 2],
  ];
  for (const [what, changed, line] of damages) {
    disk.corrupt(path, () => Buffer.from(`${changed.join('\n')}\n`));
    t.match(await verify(), { ok: false, path, line }, what);
    await t.rejects(open(), { code: 'audit-broken', fault: 'environment' }, `${what}: no start`);
  }
});

t.test('what no chain can show by itself, an anchor shows', async (t) => {
  const { disk, open, verify, text } = place();
  const log = await open();
  await log.append(PAUSE);
  await log.append(RESUME);
  const anchor = log.head;
  t.match(await verify(anchor), { ok: true });
  const path = '/audit/audit-0000000001.jsonl';
  const first = (await text('audit-0000000001.jsonl')).split('\n')[0]!;
  disk.corrupt(path, () => Buffer.from(`${first}\n`));
  t.match(await verify(), { ok: true }, 'the end cut off');
  t.match(await verify(anchor), { ok: false, why: /anchor/ });
  const other = await open();
  await other.append(PAUSE);
  t.match(await verify(), { ok: true }, 'and written anew');
  t.match(await verify(anchor), { ok: false, line: 2, why: /anchor/ });
});

t.test('files change by size and by age, and the chain goes on', async (t) => {
  const { clock, disk, open, verify } = place({ fileBytes: 700 });
  const log = await open();
  for (let i = 0; i < 6; i++) await log.append(PAUSE);
  clock.pass(8 * DAY);
  await log.maintain();
  await log.append(RESUME);
  const names = (await disk.names('/audit')).sort();
  t.ok(names.length >= 3, names.join());
  const entries = 6 + (names.length - 1) + 1;
  t.match(await verify(), { ok: true, files: names.length, entries, head: log.head });
  const again = await open();
  t.same(again.head, log.head);
  disk.remove(`/audit/${names[1]}`);
  t.match(await verify(), { ok: false, line: 1 }, 'a file taken out of the middle');
});

t.test('what is too old goes, and what is left can be verified', async (t) => {
  const { clock, disk, open, verify, text } = place({ fileMs: DAY, keepMs: 5 * DAY });
  const log = await open();
  for (let day = 0; day < 20; day++) {
    await log.append(PAUSE);
    for (let hour = 0; hour < 24; hour++) {
      clock.pass(HOUR);
      await log.maintain();
    }
    const verdict = await verify();
    if (!verdict.ok) t.fail(`day ${day}: ${JSON.stringify(verdict)}`);
  }
  const names = (await disk.names('/audit')).sort();
  const oldest = JSON.parse((await text(names[0]!)).split('\n')[0]!);
  t.ok(clock.wallMs() - Date.parse(oldest.at) <= 5 * DAY + HOUR, oldest.at);
  t.ok(names.length <= 7, names.join());
  t.match(await verify(), { ok: true, firstSeq: oldest.seq });
  await disk.remove(`/audit/${names[0]}`);
  t.match(await verify(), { ok: false, line: 1, why: /gone/ }, 'one more taken away by somebody');
});

t.test('whoever sets the clock does not remove the log with it', async (t) => {
  const { clock, disk, open } = place({ fileMs: DAY });
  const log = await open();
  await log.append(PAUSE);
  clock.pass(2 * DAY);
  await log.maintain();
  clock.step(4000 * DAY);
  await log.maintain();
  clock.pass(HOUR / 2);
  await log.maintain();
  t.ok((await disk.names('/audit')).includes('audit-0000000001.jsonl'));
  clock.step(-4000 * DAY);
  clock.pass(2 * HOUR);
  await log.maintain();
  t.ok((await disk.names('/audit')).includes('audit-0000000001.jsonl'), 'and it was set right again');
});

t.test('a disk that was full for a while', async (t) => {
  const { disk, clock, verify } = place();
  let full = false;
  const strained = new Proxy(disk, {
    get(target, name: keyof SimDisk) {
      if (name !== 'grow') {
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async (path: string) => {
        const file = await target.grow(path);
        const write = async (bytes: Uint8Array) => {
          if (!full) return file.write(bytes);
          await file.write(bytes.subarray(0, 20));
          throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        };
        return { ...file, write };
      };
    },
  });
  const options = { clock, disk: strained, fileBytes: 100_000, fileMs: DAY, keepMs: DAY };
  const log = await AuditLog.open('/audit', options);
  await log.append(PAUSE);
  full = true;
  await t.rejects(log.append(RESUME), { code: 'ENOSPC' });
  full = false;
  await log.append(RESUME);
  t.match(await verify(), { ok: true, entries: 2, tornBytes: 0 });
});

t.test('killed or cut off in any operation: nothing that was acknowledged is lost', async (t) => {
  const seed = Math.floor(Math.random() * 1e9);
  const random = seeded(seed);
  t.comment(`seed ${seed}`);
  let crashes = 0;
  let torn = 0;
  for (let life = 0; life < 20; life++) {
    const { disk, clock, open, verify } = place(
      { fileBytes: 900, fileMs: 2 * DAY, keepMs: 9 * DAY },
      seed + life,
    );
    let acknowledged = 0;
    let log: AuditLog | undefined;
    for (let i = 0; i < 60; i++) {
      if (random() < 0.4) disk.crashAfter(Math.floor(random() * 6));
      try {
        log ??= await open();
        if (random() < 0.6) await log.append(random() < 0.5 ? PAUSE : RESUME);
        acknowledged = log.head.seq;
        clock.pass(Math.floor(random() * 6 * HOUR));
        await log.maintain();
        acknowledged = log.head.seq;
        disk.crashAfter(Number.POSITIVE_INFINITY);
      } catch (error) {
        if (!(error instanceof Crash) && !((error as Error).cause instanceof Crash)) throw error;
        crashes++;
        disk.restart(random() < 0.5);
        log = undefined;
        const verdict = await verify();
        if (!verdict.ok || verdict.head.seq < acknowledged) {
          t.fail(`seed ${seed}, life ${life}: ${acknowledged} acknowledged, ${JSON.stringify(verdict)}`);
          return;
        }
        if (verdict.tornBytes > 0) torn++;
      }
    }
    log = await open();
    t.match(await verify(), { ok: true, tornBytes: 0 });
  }
  t.ok(crashes > 100 && torn > 20, `${crashes} crashes, ${torn} left half an entry`);
});
