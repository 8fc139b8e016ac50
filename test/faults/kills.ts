import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { lineSchema } from '../../agent/aggregate/ledger-line.ts';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { seeded } from '../support/random.ts';
import { until } from '../support/until.ts';
import { KeptRunning } from './kept-running.ts';
import { named, type Part, treeOf } from './tree.ts';

/** `npm run test:kills`: KILLS times kill -9 on some process of the tree at some moment, also while it starts. */
const KILLS = Number(process.env.KILLS ?? 200);
const SEED = Number(process.env.SEED ?? 20261125);
const SERVICE = { withinMs: 120_000, everyMs: 50 };

t.test(`${KILLS} kills, seed ${SEED}`, { timeout: 3_600_000 }, async (t) => {
  const random = seeded(SEED);
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  const film = (name: string) => TestCamera.start({ file: join(ROOT, `test/scene/${name}.mp4`) });
  await using one = await film('plant-a');
  await using two = await film('plant-b');
  const zone = (id: string) => ({
    id,
    polygon: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    headCount: 6,
  });
  const camera = (id: string, url: string) => ({
    id,
    url,
    stallMs: 3_000,
    reconnect: { firstMs: 100, mostMs: 500 },
    zones: [zone(`${id}-zone`)],
  });
  const config = writeConfig(join(folder, 'config'), {
    camera: one.url,
    broker: broker.url,
    more: {
      aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, epsilonPerDay: 1_000 },
      cameras: [camera('one', one.url), camera('two', two.url)],
    },
  });
  const state = join(folder, 'config/state');
  await using daemon = new KeptRunning(config);
  const healths = () => plant.messages.filter(({ topic }) => topic === `${TOPIC}/health`);
  /** Both cameras stream, by a health of after this moment, and both have a client. */
  const serves = async () => {
    const before = healths().length;
    const startedMs = performance.now();
    await until(
      () =>
        one.clients === 1 &&
        two.clients === 1 &&
        healths()
          .slice(before)
          .at(-1)
          ?.body.cameras.every((each: { state: string }) => each.state === 'streaming'),
      'service',
      SERVICE,
    ).catch((error: Error) => {
      t.comment(daemon.text().slice(-2_000));
      throw error;
    });
    return performance.now() - startedMs;
  };
  await serves();

  const killed: Record<Part, number> = { supervisor: 0, camera: 0, decoder: 0, other: 0 };
  const backMs: number[] = [];
  const dead = new Set<number>();
  for (let kills = 0; kills < KILLS; ) {
    await new Promise((resolve) => setTimeout(resolve, random() ** 2 * 3_000));
    // What was killed may be there for a moment more.
    const tree = treeOf(daemon.pid).filter(({ pid }) => !dead.has(pid));
    // Each kind of process as often as the other; the tree has more cameras than supervisors.
    const parts = [...new Set(tree.map(({ part }) => part))];
    const part = parts[Math.floor(random() * parts.length)];
    const chosen = tree.filter((each) => each.part === part);
    const victim = chosen[Math.floor(random() * chosen.length)];
    if (victim === undefined) continue;
    try {
      process.kill(victim.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      continue;
    }
    dead.add(victim.pid);
    kills++;
    killed[victim.part]++;
    // Every other kill hits a system that has not come back from the one before.
    if (random() < 0.5) backMs.push(await serves());
    if (kills % 20 === 0) t.comment(`${kills}: ${JSON.stringify(killed)}`);
  }
  await serves();
  t.pass('in service after the last one');
  const sorted = backMs.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  t.comment(
    `killed ${JSON.stringify(killed)}; back in service after ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (most)`,
  );

  // A window that was waiting must reach the plant, now that nobody kills.
  const lines = () =>
    readFileSync(join(state, 'releases.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => lineSchema.parse(JSON.parse(line)));
  await until(
    () => {
      const entered = lines();
      const delivered = new Set(entered.flatMap((line) => (line.kind === 'delivered' ? [line.n] : [])));
      return entered.every(
        (line) => line.kind !== 'release' || line.payload === undefined || delivered.has(line.n),
      );
    },
    'all that was released to be delivered',
    SERVICE,
  );
  t.equal(await daemon.stop(), 0, 'and it ends as it should');
  t.ok(
    daemon.exits.slice(0, -1).every((code) => code === null),
    `it never ended by itself: ${[...new Set(daemon.exits)].join(', ')}`,
  );
  t.equal(daemon.exits.length - 1, killed.supervisor);
  t.same(named(config), [], 'nobody is left');
  t.same([one.clients, two.clients], [0, 0], 'no decoder is left');
  const verdict = await verify(join(state, 'audit'));
  t.match(verdict, { ok: true }, 'the audit chain verifies');
  const releases = lines().flatMap((line) => (line.kind === 'release' ? [line] : []));
  const windows = releases.map(({ zone, startMs }) => `${zone} ${startMs}`);
  t.equal(new Set(windows).size, windows.length, `${windows.length} windows, none drawn twice`);
  const said = new Map<string, Set<string>>();
  for (const { topic, body } of plant.messages) {
    if (!topic.endsWith('/signal')) continue;
    const key = `${body.zone} ${body.window.start}`;
    said.set(key, (said.get(key) ?? new Set()).add(JSON.stringify(body)));
  }
  t.ok(said.size > 0, `${said.size} windows reached the plant`);
  t.same(
    [...said].filter(([, texts]) => texts.size > 1),
    [],
    'a window that came twice was the same twice',
  );
  const missing = releases.filter(
    ({ zone, startMs }) => !said.has(`${zone} ${new Date(startMs).toISOString()}`),
  );
  t.same(missing, [], 'everything released has reached the plant');
  t.notMatch(daemon.text(), /^\s+at .*:\d+:\d+\)?$/m, 'no stack trace');
});
