// Run by spent.test.ts: a day of releases, all of them with the broker, and the bytes that each has left in memory.
import { Ledger } from '../../agent/aggregate/ledger.ts';
import type { Disk } from '../../agent/state/disk.ts';
import { TestClock } from '../support/clock.ts';
import { liveBytes } from '../support/memory.ts';

const ZONES = Array.from({ length: 8 }, (_, i) => `zone-${i}`);
const WINDOWS = 1_500;
const WINDOW_MS = 15_000;
const nothing = async () => {};
const noDisk: Disk = {
  makeFolder: nothing,
  read: async () => undefined,
  names: async () => [],
  grow: async () => ({ write: nothing, sync: nothing, truncate: nothing, close: nothing }),
  rename: nothing,
  remove: nothing,
  syncFolder: nothing,
};

const clock = new TestClock();
await using ledger = await Ledger.open('/nowhere', { clock, keepMs: 86_400_000, disk: noDisk });
const window = async (i: number) => {
  const startMs = clock.wallMs();
  clock.pass(WINDOW_MS);
  for (const zone of ZONES) {
    // A payload of its own each time, as messages are.
    const payload = JSON.stringify({ zone, i, text: 'x'.repeat(700) });
    const n = await ledger.append({ zone, startMs, endMs: startMs + WINDOW_MS, epsilon: 0.01, payload });
    await ledger.delivered(n);
  }
};
for (let i = 0; i < 100; i++) await window(i);
const before = liveBytes();
for (let i = 0; i < WINDOWS; i++) await window(i);
const bytes = liveBytes() - before;
if (ledger.waiting.length > 0 || ledger.spent(ZONES[0]!) === 0) throw new Error('not what was meant');
process.stdout.write(`${JSON.stringify({ bytes, releases: WINDOWS * ZONES.length })}\n`);
