import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { verify } from '../../agent/audit/verify.ts';
import { PASSWORDS } from '../support/plant.ts';
import { seeded } from '../support/random.ts';
import { until } from '../support/until.ts';
import { constancyFindings } from './constancy.ts';
import { makeFilms } from './films.ts';
import { acknowledgedIn } from './ledger.ts';
import { memoryFindings } from './memory.ts';
import { drawn, type Mishap } from './mishaps.ts';
import { optionsFrom, UsageError } from './options.ts';
import { take } from './recorder.ts';
import type { Finding, MishapRecord, Sample } from './recording.ts';
import { inWords, machine } from './report.ts';
import { Site, STALL_MS, WINDOW_S } from './site.ts';
import { accountFor, type Sent, silentGaps, windowFindings } from './windows.ts';

/** Between two samples of the tree, and between two looks at what the cameras have sent. */
const SAMPLE_MS = 5_000;
const LOOK_MS = 1_000;
/** A quiet period has room for some samples. */
const QUIET_MS = { least: 16_000, most: 40_000 };
/** How long what a mishap is about lasts, where it lasts. */
const MISHAP_MS = { least: 500, most: 15_000 };
/** The watchdog, twice, and a second for the look before. */
const LONGEST_GAP_MS = 2 * STALL_MS + 1_000;

/**
 * `npm run test:soak`: four cameras, a broker and the daemon, and for as long as asked one mishap after the other, drawn
 * by seed. In between all must be in service again, and as it was. Exit code 0 if nothing failed, 1 if something did, 2
 * for wrong arguments.
 */
async function soak(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args, Date.now);
  const random = seeded(options.seed);
  const between = ({ least, most }: { least: number; most: number }) => least + random() * (most - least);
  const folder = mkdtempSync(join(tmpdir(), 'micron-edge-soak-'));
  // The broker gives up root's rights before it reads its files.
  chmodSync(folder, 0o755);
  const say = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
  say(`${options.minutes} min, seed ${options.seed}; report: ${options.report}`);
  try {
    const films = await makeFilms(folder);
    await using site = await Site.open(folder, films, random);
    await site.serves();
    const startedAt = new Date();
    const nowS = () => (Date.now() - startedAt.getTime()) / 1_000;
    const samples: Sample[] = [];
    const sent: Sent[] = [];
    const mishaps: MishapRecord[] = [];
    let period: number | undefined;
    const ended = new AbortController();
    const sampling = every(SAMPLE_MS, ended.signal, () => {
      // Of the same period before and after, or of none.
      const before = period;
      const sample = take(site.pid, site.stateFolder);
      samples.push({ atS: nowS(), period: before === period ? period : undefined, ...sample });
    });
    const looking = every(LOOK_MS, ended.signal, () => {
      for (const { id, camera } of site.cameras)
        sent.push({ camera: id, atMs: Date.now(), pictures: camera.counters.pictures });
    });

    for (let round = 0; nowS() < options.minutes * 60; round++) {
      period = round;
      await wait(between(QUIET_MS));
      period = undefined;
      const [name, mishap] = drawn(random);
      const which = site.cameras[Math.floor(random() * site.cameras.length)]!;
      const record = await happens(name, mishap, which, between(MISHAP_MS), site, nowS);
      mishaps.push(record);
      const back =
        record.inServiceS === undefined
          ? 'NOT BACK'
          : `back after ${(record.inServiceS - record.causeGoneS).toFixed(1)} s`;
      say(
        `${name}${record.camera === undefined ? '' : ` (${record.camera})`}: ${back}${record.isStated === false ? ', NOT STATED' : ''}`,
      );
    }
    period = mishaps.length;
    // What waits for the broker has time to come, and so has the last window.
    await wait(QUIET_MS.least);
    period = undefined;
    const toMs = Date.now();
    ended.abort();
    await Promise.all([sampling, looking]);
    site.daemon.stop();
    const code = await site.daemon.exited;

    const heard = (topic: string) =>
      site.plant.messages.filter((each) => each.topic.endsWith(topic)).map(({ body }) => body);
    const run = {
      windowMs: WINDOW_S * 1_000,
      fromMs: startedAt.getTime(),
      toMs,
      zones: site.zones,
      signals: heard('/signal'),
      gaps: heard('/gap'),
      cameras: site.journal.cameras,
      pauses: site.pauses,
      brokerDeaths: site.brokerDeaths,
      acknowledged: acknowledgedIn(site.stateFolder),
    };
    const account = accountFor(run);
    const cameras = site.cameras.length;
    const findings: Finding[] = [
      ...memoryFindings(samples, random),
      ...constancyFindings(samples, { supervisor: 1, camera: cameras, decoder: cameras, other: 0 }),
      ...windowFindings(account, silentGaps(sent, run, LONGEST_GAP_MS)),
      ...mishapFindings(mishaps),
      yesOrNo('the daemon ends with 0', code === 0, `${code}`),
      yesOrNo('the audit log is whole', (await verify(join(site.stateFolder, 'audit'))).ok, ''),
      yesOrNo(
        'nothing but its log on stdout and stderr',
        site.journal.foreign.length === 0,
        site.journal.foreign.slice(0, 3).join(' | '),
      ),
      yesOrNo('no credential in the log', !site.daemon.text().includes(PASSWORDS.agent), ''),
    ];
    const said: Record<string, number> = {};
    for (const { text } of site.journal.others) said[text] = (said[text] ?? 0) + 1;
    const report = {
      options,
      machine: machine(),
      startedAt: startedAt.toISOString(),
      ranS: (toMs - startedAt.getTime()) / 1_000,
      findings,
      account,
      mishaps,
      said,
      samples,
    };
    writeFileSync(options.report, `${JSON.stringify(report)}\n`);
    process.stdout.write(inWords(report));
    return findings.some(({ outcome }) => outcome === 'fail') ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One mishap, from its beginning until all is in service again. */
async function happens(
  name: string,
  mishap: Mishap,
  camera: Site['cameras'][number],
  forMs: number,
  site: Site,
  nowS: () => number,
): Promise<MishapRecord> {
  const { journal } = site;
  const before = {
    cameras: journal.cameras.length,
    captures: journal.captures.length,
    others: journal.others.length,
  };
  const isStated = () => {
    const { says } = mishap;
    if (says === 'camera')
      return journal.cameras
        .slice(before.cameras)
        .some(
          (each) =>
            each.state !== 'streaming' && (mishap.ofCamera === undefined || each.camera === camera.id),
        );
    if (says === 'capture')
      return journal.captures.slice(before.captures).some(({ state }) => state !== 'watching');
    return says === undefined || journal.others.slice(before.others).some(({ text }) => says.test(text));
  };
  const atS = nowS();
  await mishap.happen(site, camera, forMs);
  const causeGoneS = nowS();
  // It is noticed before it is mended: else service would be found before anything has happened.
  const noticed = await until(isStated, name, { withinMs: 30_000, everyMs: 100 }).catch(() => false);
  const inServiceS = await site.serves().then(nowS, () => undefined);
  return {
    name,
    camera: mishap.ofCamera && camera.id,
    atS,
    causeGoneS,
    inServiceS,
    isStated: mishap.says === undefined ? undefined : noticed,
  };
}

function mishapFindings(mishaps: readonly MishapRecord[]): Finding[] {
  const names = (some: readonly MishapRecord[]) =>
    some.map(({ name, atS }) => `${name} at ${Math.round(atS)} s`).join('; ');
  const gone = mishaps.filter(({ inServiceS }) => inServiceS === undefined);
  const unstated = mishaps.filter(({ isStated }) => isStated === false);
  return [
    yesOrNo(
      'in service again after each mishap',
      gone.length === 0,
      names(gone) || `${mishaps.length} of ${mishaps.length}`,
    ),
    yesOrNo('each mishap is stated', unstated.length === 0, names(unstated) || 'each that must be'),
  ];
}

const yesOrNo = (what: string, isSo: boolean, figures: string): Finding => ({
  what,
  outcome: isSo ? 'pass' : 'fail',
  figures,
});

async function every(ms: number, signal: AbortSignal, work: () => void): Promise<void> {
  while (!signal.aborted) {
    work();
    await wait(ms, undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}

try {
  process.exitCode = await soak(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
