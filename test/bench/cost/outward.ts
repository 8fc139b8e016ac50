import { randomUUID } from 'node:crypto';
import { accessSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Ledger } from '../../../agent/aggregate/ledger.ts';
import { type ReleaseRules, release } from '../../../agent/aggregate/release.ts';
import { Publisher } from '../../../agent/publish/publisher.ts';
import { type SignalContext, seal } from '../../../agent/publish/signal.ts';
import { systemClock } from '../../../agent/state/clock.ts';
import { freePort, program } from '../../support/processes.ts';
import { queue } from '../../support/queue.ts';
import { NO_REGIONS } from '../../support/regions.ts';
import { until } from '../../support/until.ts';
import type { Bench, Figure } from './figure.ts';
import { ownMs } from './processor.ts';
import { spread } from './spread.ts';

const RULES: ReleaseRules = {
  minHeadCount: 5,
  noise: 'discrete-laplace',
  slotsPerTrack: 4,
  assumedTracksPerPerson: 3,
  epsilonPerWindow: 1,
  epsilonPerDay: 1e6,
};
const CONTEXT: SignalContext = {
  node: 'box',
  purpose: 'demo',
  slotSeconds: 2,
  model: {
    name: 'micron-bert-edge',
    version: '0.0.0',
    hash: '0'.repeat(64),
    trained: true,
    evidence: 'synthetic',
    validatedOn: [],
  },
  headCounts: new Map([['zone', 8]]),
};
const WINDOW_MS = 60_000;

const onPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, name));
      return true;
    } catch {
      // Not in this folder.
      return false;
    }
  });

/** The way out, for each window of a zone: noise, ledger on disk, and the broker's acknowledgement. */
export async function outward(bench: Bench): Promise<Figure[]> {
  const [rounds, windows] = bench.quick ? [1, 5] : [6, 40];
  const folder = await mkdtemp(join(bench.folder, 'ledger-'));
  await using ledger = await Ledger.open(folder, { clock: systemClock(), keepMs: 48 * 3_600_000 });
  await using broker = onPath('mosquitto') ? await mosquitto() : undefined;
  const released: number[] = [];
  const published: number[] = [];
  const { queue: waiting, delivered } = queue();
  await using publisher =
    broker &&
    new Publisher(
      {
        connection: { url: broker.url, version: 5, keepaliveS: 60 },
        baseTopic: 'bench',
        node: 'box',
        software: '0',
        queue: waiting,
      },
      { onConnected() {}, onTrouble() {}, onCommand() {} },
    );
  if (publisher) await until(() => publisher.condition.connected, 'the broker');
  const firstMs = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS;
  for (let round = 0; round < rounds; round++) {
    const from = ownMs();
    const out = [];
    for (let i = 0; i < windows; i++) {
      // Not of long ago: the queue gives those up.
      const startMs = firstMs + (round * windows + i) * WINDOW_MS;
      const counts = { none: 400, negative: 3, positive: 2, surprise: 1 };
      const window = { startMs, endMs: startMs + WINDOW_MS };
      const closed = { zoneId: 'zone', window, counts, regions: NO_REGIONS };
      const occasion = { headCount: 8, watched: true };
      out.push(
        (await release(closed, occasion, RULES, ledger, (each) => seal(each, CONTEXT, randomUUID())))!,
      );
    }
    released.push((ownMs() - from) / windows);
    if (!publisher) continue;
    const before = ownMs();
    const had = delivered.length;
    for (const [i, { aggregate, message, n }] of out.entries())
      publisher.signal({ signal: message, window: aggregate.window, n: n ?? i });
    await until(() => delivered.length === had + windows, 'acknowledgements', { everyMs: 2 });
    published.push((ownMs() - before) / windows);
  }
  const row = (name: string, values: readonly number[], skipped?: string): Figure => ({
    row: 'stages',
    case: `${name}, per window of a zone`,
    metric: 'CPU',
    unit: 'ms',
    ...(skipped === undefined ? spread(values) : { value: null, skipped }),
  });
  return [
    row('release', released),
    row('publish', published, broker ? undefined : 'no mosquitto here: apt-get install mosquitto'),
  ];
}

async function mosquitto() {
  const port = await freePort();
  const broker = program('mosquitto', ['-p', String(port)]);
  await until(() => /running/.test(broker.text()), 'mosquitto');
  return { url: `mqtt://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
}
