import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { lineSchema } from '../../agent/aggregate/ledger-line.ts';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { LOGIN, makeFilms } from '../camera/cases.ts';
import { filmFolder, makeFilm } from '../camera/ffmpeg.ts';
import { PASSWORDS, TOPIC } from '../support/plant.ts';
import { ofBroker } from './broker.ts';
import { ofCamera } from './camera.ts';
import { ofDisk } from './disk.ts';
import type { Faults } from './fault.ts';
import { ofLoad } from './load.ts';
import { ofNetwork } from './network.ts';
import { enterOwnNetwork, hasOwnNetwork } from './own-network.ts';
import { ofProcesses } from './processes.ts';
import { ofQueue } from './queue.ts';
import { Site } from './site.ts';
import { ofSupervisor } from './supervisor.ts';
import { held, named } from './tree.ts';

/**
 * `npm run test:faults`: one running daemon, one fault after the other, each with the state that must show and the way
 * back. FAULTS=words runs those whose names have these words. In a network of its own where that may be had, so that
 * routes can be taken away without anybody else noticing.
 */
enterOwnNetwork(fileURLToPath(import.meta.url));
const ONLY = process.env.FAULTS ?? '';
const film = join(ROOT, 'test/scene/plant-a.mp4');
const films = filmFolder(t);
const slow = await makeFilm(join(films, 'eight.mp4'), 2, '-r', '8', '-g', '8');
const FAULTS: Faults = {
  ...ofCamera(await makeFilms(films), film),
  ...ofNetwork,
  ...ofProcesses,
  ...ofBroker,
  ...ofDisk,
  ...ofLoad(slow, film),
  ...ofQueue,
  ...ofSupervisor,
};

const chosen = Object.entries(FAULTS).filter(([name]) => name.includes(ONLY));
const folder = t.testdir();
const site = await Site.open(folder, film);
t.teardown(() => site[Symbol.asyncDispose]());
await site.serves();
t.comment(`${chosen.length} faults; ${hasOwnNetwork ? 'in a network of its own' : 'no network of its own'}`);
const before = held(site.daemon.pid);
const brokenFromMs: number[] = [];

for (const [name, fault] of chosen)
  await t.test(name, { timeout: 300_000 }, async (t) => {
    const lacks = fault.lacks?.(site);
    if (lacks) return void t.comment(`skipped: ${lacks}`);
    const startedMs = performance.now();
    const logged = site.daemon.text().length;
    try {
      await fault.begin(site);
      if (fault.shows === 'streaming') await site.serves();
      else if (fault.shows !== undefined) await site.shows(fault.shows, logged);
      await fault.sees?.(site);
      t.pass(fault.shows ?? 'seen');
    } finally {
      await fault.end?.(site);
    }
    if (name.startsWith('broker: killed')) brokenFromMs.push(site.inside.clock.wallMs);
    await site.serves();
    t.pass(`in service again, ${Math.round(performance.now() - startedMs)} ms after it began`);
  });

t.test('afterwards', async (t) => {
  const after = held(site.daemon.pid);
  t.equal(after.length, before.length, 'as many processes');
  t.comment(`descriptors before: ${before.join()}; afterwards: ${after.join()}`);
  await site.signalAfterNow('one more signal');
  t.equal(await site.daemon.stop(), 0);
  const releases = readFileSync(join(site.stateFolder, 'releases.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .flatMap((line) => (line.kind === 'release' ? [line] : []));
  const heard = new Map<string, Set<string>>();
  for (const { body } of site.signals) {
    const { start } = body.window;
    heard.set(start, (heard.get(start) ?? new Set()).add(JSON.stringify(body)));
  }
  const gaps = site.messages.filter(({ topic }) => topic === `${TOPIC}/zone/press/gap`);
  const isGivenUp = (startMs: number) =>
    gaps.some(({ body }) => startMs >= Date.parse(body.from) && startMs < Date.parse(body.to));
  const lost = releases.filter(
    ({ startMs }) =>
      !heard.has(new Date(startMs).toISOString()) &&
      !isGivenUp(startMs) &&
      // A broker that lost its memory lost our dashboard's subscription with it.
      !brokenFromMs.some((atMs) => Math.abs(atMs - startMs) < 30_000),
  );
  t.same(lost, [], `${releases.length} windows released, ${heard.size} heard, none lost`);
  t.same(
    [...heard.values()].filter((texts) => texts.size > 1),
    [],
    'what came twice was the same twice',
  );
  t.match(await verify(join(site.stateFolder, 'audit')), { ok: true }, 'the audit log is whole');
  const said = site.daemon.text() + JSON.stringify(site.messages);
  for (const secret of [LOGIN.password, encodeURIComponent(LOGIN.password), PASSWORDS.agent])
    t.notOk(said.includes(secret), 'no credential in log and messages');
  t.notMatch(site.daemon.text(), /^\s+at .*:\d+:\d+\)?$/m, 'no stack trace');
  t.same(named(join(folder, 'config')), [], 'nobody is left');
});
