import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { linesOf } from '../../agent/aggregate/ledger-line.ts';
import { AuditLog } from '../../agent/audit/log.ts';
import { verify } from '../../agent/audit/verify.ts';
import { TestClock } from '../support/clock.ts';
import { seeded } from '../support/random.ts';
import { SimDisk } from '../support/sim-disk.ts';
import { LONG, seedOf } from './form.ts';

const SEED = seedOf();
const DAYS = LONG ? 800 : 60;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WINDOW = HOUR / 4;
const KEEP = { releasesMs: 30 * HOUR, auditMs: 20 * DAY };
/** A file of the audit log goes whole, so its last entries may go this much earlier, never later. */
const FILE_MS = 3 * DAY;

t.test(`${DAYS} days of a plant: nothing older than configured is on the disk, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const clock = new TestClock();
  const disk = new SimDisk(random);
  const open = async () => ({
    ledger: await Ledger.open('/state', { clock, keepMs: KEEP.releasesMs, disk }),
    audit: await AuditLog.open('/state/audit', {
      ...{ clock, disk, fileBytes: 20_000, fileMs: FILE_MS, keepMs: KEEP.auditMs },
    }),
  });
  let { ledger, audit } = await open();
  let brokerIsThere = true;
  const most = { releases: 0, bytes: 0, auditMs: 0 };
  const late: string[] = [];
  for (let hour = 0; hour < DAYS * 24; hour++) {
    for (let i = 0; i < 4; i++) {
      clock.pass(WINDOW);
      const endMs = clock.wallMs();
      const n = await ledger.append({
        ...{ zone: 'press', startMs: endMs - WINDOW, endMs, epsilon: 1 },
        payload: `released at ${endMs}`,
      });
      if (brokerIsThere) await ledger.delivered(n);
    }
    // The broker is away for days now and then, and the service is restarted, or dies and is started again.
    if (random() < 0.02) brokerIsThere = !brokerIsThere;
    if (random() < 0.3) await audit.append({ event: 'pause', detail: { by: 'local' } });
    if (random() < 0.02) {
      disk.restart(false);
      ({ ledger, audit } = await open());
    }
    await ledger.shrink();
    await audit.maintain();

    const content = (await disk.read('/state/releases.jsonl'))!;
    const now = clock.wallMs();
    for (const line of linesOf('ledger', content)) {
      if (line.kind !== 'release') continue;
      // Of an old one there may be what waits for the broker, and nothing besides.
      const keepMs = line.payload === undefined ? DAY : KEEP.releasesMs;
      if (now - line.endMs > keepMs + HOUR)
        late.push(`hour ${hour}: a release of ${(now - line.endMs) / HOUR} h`);
    }
    most.releases = Math.max(most.releases, content.toString().split('"release"').length - 1);
    most.bytes = Math.max(most.bytes, content.length);
    const [oldest] = (await disk.names('/state/audit')).sort();
    const [first] = (await disk.read(`/state/audit/${oldest}`))!.toString().split('\n');
    if (first) {
      const ageMs = now - Date.parse(JSON.parse(first).at);
      most.auditMs = Math.max(most.auditMs, ageMs);
      // A restart begins that hour anew.
      if (ageMs > KEEP.auditMs + DAY) late.push(`hour ${hour}: an entry of ${ageMs / DAY} days`);
    }
    if (hour % 24 === 0) {
      const verdict = await verify('/state/audit', undefined, disk);
      if (!verdict.ok) late.push(`hour ${hour}: ${JSON.stringify(verdict)}`);
    }
  }
  t.same(late.slice(0, 5), []);
  t.ok(
    most.releases <= (KEEP.releasesMs + HOUR) / WINDOW,
    `${most.releases} releases at most, ${most.bytes} bytes`,
  );
  t.ok(
    most.auditMs > KEEP.auditMs - FILE_MS,
    `and nothing goes too early: ${most.auditMs / DAY} days of audit log`,
  );
  t.same((await disk.names('/state')).sort(), ['releases.jsonl'], 'and there is nothing else');
});
