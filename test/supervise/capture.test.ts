import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { AuditLog } from '../../agent/audit/log.ts';
import type { Config } from '../../agent/config/schema.ts';
import { hold, lift } from '../../agent/governance/pause.ts';
import type { Standing } from '../../agent/governance/standing.ts';
import { Capture } from '../../agent/supervise/capture.ts';
import { configOf, good } from '../config/written.ts';
import { TestClock } from '../support/clock.ts';
import { fillableDisk } from '../support/full-disk.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const base = await configOf(good());
const SAFETY: Config = {
  ...base,
  governance: {
    ...base.governance,
    purpose: 'safety',
    jurisdiction: 'DE',
    legalBasis: 'Art. 6(1)(c) GDPR',
    dpia: { reference: 'DPIA-1', expires: '2026-11-24' },
    notice: 'sign',
    agreement: { reference: 'WA-7', expires: '2026-11-26' },
  },
};
const SHIFT: Config = {
  ...base,
  schedule: { timeZone: 'UTC', hours: [{ days: ['tue'], from: '06:00', to: '14:00' }] },
};
const quiet = { info() {}, warn() {}, error() {} };

/** A capture whose cameras only say whether they are on. The clock begins on a Tuesday at six. */
async function scene(folder: string, config: Config, clock = new TestClock()) {
  const medium = fillableDisk();
  const now = { config };
  const all = { clock, disk: medium.disk, fileBytes: 1e6, fileMs: 90 * DAY, keepMs: 300 * DAY };
  const audit = await AuditLog.open(join(folder, 'audit'), all);
  const cameras = { on: false, starts: 0 };
  const told: Standing[] = [];
  const capture = await Capture.create(
    {
      start() {
        cameras.on = true;
        cameras.starts++;
      },
      async stop() {
        cameras.on = false;
      },
    },
    {
      config: () => now.config,
      stateFolder: folder,
      audit,
      clock,
      log: quiet,
      onChange: (standing) => told.push(standing),
    },
  );
  return {
    capture,
    cameras,
    clock,
    told,
    /** The configuration is read again. */
    renew(to: Config) {
      now.config = to;
    },
    fill: (isFull: boolean) => {
      medium.full = isFull;
    },
    async recorded() {
      const events: string[] = [];
      await audit.last((entry) => {
        events.unshift([entry.event, ...Object.values(entry.detail)].flat().join(' '));
        return false;
      });
      return events;
    },
  };
}

t.test('papers that expire while it runs end capture, and say which', async (t) => {
  const { capture, cameras, clock, told, recorded } = await scene(t.testdir(), SAFETY);
  await capture.look();
  t.ok(cameras.on);
  clock.pass(18 * HOUR - 1);
  await capture.look();
  t.ok(cameras.on, 'through its last day');
  clock.pass(1);
  await capture.look();
  t.notOk(cameras.on);
  t.same(capture.standing, { state: 'refused', reasons: ['dpia-expired'] });
  clock.pass(2 * DAY);
  await capture.look();
  t.same(told.at(-1), { state: 'refused', reasons: ['dpia-expired', 'agreement-expired'] });
  clock.step(-2 * DAY - HOUR);
  await capture.look();
  t.ok(cameras.on, 'a clock that was wrong and is set right');
  t.same(await recorded(), [
    'capture-opened',
    'governance-refused dpia-expired',
    'capture-closed refused',
    'governance-refused dpia-expired agreement-expired',
    'capture-opened',
  ]);
});

t.test('a pause holds over hours and restarts; a resume lifts nothing else', async (t) => {
  const folder = t.testdir();
  const first = await scene(folder, SHIFT);
  await first.capture.look();
  t.ok(first.cameras.on);
  await hold(folder, 'local');
  await first.capture.look();
  t.notOk(first.cameras.on);
  t.match(first.capture.standing, { state: 'paused', pause: { by: 'local' } });

  const second = await scene(folder, SHIFT, first.clock);
  await second.capture.look();
  t.equal(second.cameras.starts, 0, 'nothing is connected after a restart, not even for a moment');
  t.match(second.told, [{ state: 'paused' }]);
  second.clock.pass(9 * HOUR);
  await lift(folder, 'local');
  await second.capture.look();
  t.equal(second.cameras.starts, 0);
  t.same(second.capture.standing, { state: 'closed' }, 'the hours are over');
  second.clock.pass(7 * DAY - 9 * HOUR);
  await second.capture.look();
  t.ok(second.cameras.on, 'a week later');
  t.same(await second.recorded(), [
    'capture-opened',
    'pause local',
    'capture-closed paused',
    'resume local',
    'capture-opened',
  ]);
});

t.test('a resume does not lift a refusal', async (t) => {
  const folder = t.testdir();
  const { capture, cameras, clock } = await scene(folder, SAFETY);
  await hold(folder, 'mqtt');
  clock.pass(DAY);
  await capture.look();
  t.match(capture.standing, { state: 'refused' });
  await lift(folder, 'mqtt');
  await capture.look();
  t.match(capture.standing, { state: 'refused' });
  t.equal(cameras.starts, 0);
});

t.test('capture does not begin unrecorded, and ends even so', async (t) => {
  const folder = t.testdir();
  const { capture, cameras, clock, fill, recorded } = await scene(folder, base);
  fill(true);
  await capture.look();
  t.equal(cameras.starts, 0);
  t.same(capture.standing, { state: 'refused', reasons: ['audit-unwritable'] });
  fill(false);
  clock.pass(5_000);
  await capture.look();
  t.ok(cameras.on);
  fill(true);
  capture.press('mqtt');
  await capture.look();
  t.notOk(cameras.on, 'a pause takes effect on a full disk');
  t.match(capture.standing, { state: 'paused', pause: { by: 'mqtt' } });
  fill(false);
  clock.pass(5_000);
  capture.release('mqtt');
  await capture.look();
  t.ok(cameras.on);
  t.same((await recorded()).at(-1), 'capture-opened');
});

t.test('a state folder that cannot be looked into is a pause', async (t) => {
  const folder = join(t.testdir(), 'state');
  mkdirSync(folder);
  const { capture, cameras } = await scene(folder, base);
  await capture.look();
  t.ok(cameras.on);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  await capture.look();
  t.notOk(cameras.on);
});

t.test(
  'a paper that is renewed while it runs lets capture begin again, and hours hold at once',
  async (t) => {
    const { capture, cameras, clock, told, renew } = await scene(t.testdir(), SAFETY);
    clock.pass(18 * HOUR);
    await capture.look();
    t.same([cameras.on, told], [false, [{ state: 'refused', reasons: ['dpia-expired'] }]]);
    const { governance } = SAFETY;
    const renewed = {
      ...SAFETY,
      governance: { ...governance, dpia: { reference: 'DPIA-2', expires: '2099-12-31' } },
    };
    renew(renewed);
    await capture.look();
    t.ok(cameras.on);
    renew({ ...renewed, schedule: SHIFT.schedule });
    await capture.look();
    t.same([cameras.on, told.at(-1)], [false, { state: 'closed' }]);
  },
);
