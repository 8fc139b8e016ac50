import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { CameraConfig } from '../../agent/config/schema.ts';
import { Calibrations } from '../../agent/supervise/calibrations.ts';
import type { Log } from '../../agent/supervise/log.ts';
import { SpottingDay } from '../../agent/supervise/spotting-day.ts';

const HASH = 'a'.repeat(64);
const camera = (id: string, widthPx = 960) => ({ id, analysis: { widthPx, heightPx: 540 } }) as CameraConfig;

function listening() {
  const lines: unknown[] = [];
  return { lines, log: { warn: (line: unknown) => lines.push(line) } as unknown as Log };
}

t.test('thresholds outlive a restart, for the same model and size of pictures only', async (t) => {
  const folder = t.testdir();
  const { log, lines } = listening();
  const first = await Calibrations.open(folder, HASH, log);
  t.equal(first.of(camera('a')), undefined);
  await Promise.all([
    first.keep(camera('a'), 3.1),
    first.keep(camera('b'), 2.5),
    first.keep(camera('a'), 4.2),
  ]);
  t.same(readdirSync(folder), ['calibration.json'], 'nothing is left beside it');
  t.notMatch(readFileSync(join(folder, 'calibration.json'), 'utf8'), /time|date|day|ms|count|faces/i);
  const second = await Calibrations.open(folder, HASH, log);
  t.same([second.of(camera('a')), second.of(camera('b'))], [4.2, 2.5]);
  t.equal(second.of(camera('a', 640)), undefined, 'another size');
  t.equal((await Calibrations.open(folder, 'b'.repeat(64), log)).of(camera('a')), undefined, 'another model');
  t.same(lines, []);
});

t.test('a file that does not fit is ignored with a line in the log', async (t) => {
  const kept = { model: HASH, widthPx: 960, heightPx: 540, minScore: 3 };
  const file = (cameras: object, more = {}) =>
    JSON.stringify({ schema: 'micron-edge/calibration/1', cameras, ...more });
  const wrong = [
    '',
    '{',
    'null',
    file({ a: { ...kept, minScore: 1e9 } }),
    file({ a: { ...kept, faces: 7 } }),
    file({ a: kept }, { more: 1 }),
  ];
  for (const text of wrong) {
    const folder = t.testdir({ 'calibration.json': text });
    const { log, lines } = listening();
    const calibrations = await Calibrations.open(folder, HASH, log);
    t.equal(calibrations.of(camera('a')), undefined, text.slice(0, 40));
    t.equal(lines.length, 1);
  }
  const folder = t.testdir();
  writeFileSync(join(folder, 'calibration.json'), file({ a: kept }));
  t.equal((await Calibrations.open(folder, HASH, listening().log)).of(camera('a')), 3);
});

t.test('how a calibration stands is told as it was when the day began', async (t) => {
  const DAY = 86_400_000;
  const NOON = DAY * 20_000 + DAY / 2;
  const day = new SpottingDay();
  t.equal(day.told(NOON), 'calibrating');
  day.note('calibrating', NOON);
  day.note('calibrated', NOON + 1);
  t.equal(day.told(NOON + 2), 'calibrating', 'not on the same day');
  t.equal(day.told(NOON + DAY), 'calibrated');
  day.note('drifted', NOON + DAY);
  day.note('calibrated', NOON + DAY + 1);
  t.equal(day.told(NOON + 2 * DAY), 'calibrated', 'what is over within a day is not told');
  const known = new SpottingDay();
  t.equal(known.told(NOON), 'calibrating', 'asked before the camera has said anything');
  known.note('calibrated', NOON);
  t.equal(known.told(NOON), 'calibrated', 'from the disk: at once');
});
