import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ledger } from '../aggregate/ledger.ts';
import { type ClosedWindow, WindowCounts } from '../aggregate/window.ts';
import type { AuditLog } from '../audit/log.ts';
import type { HeldFiles } from '../config/held-files.ts';
import type { Config } from '../config/schema.ts';
import { headCounts } from '../config/zones.ts';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import { windowAt } from '../domain/signal.ts';
import { Endpoint } from '../endpoint/endpoint.ts';
import { Temperature } from '../endpoint/temperature.ts';
import { VERSION } from '../installation.ts';
import type { Command, Unreadable } from '../publish/command.ts';
import { plantOf } from '../publish/configured.ts';
import type { Outlet } from '../publish/outlet.ts';
import type { SignalContext } from '../publish/signal.ts';
import type { ServiceManager } from '../systemd/notify.ts';
import { readHeat } from '../thermal/sensors.ts';
import { Calibrations } from './calibrations.ts';
import { Cameras } from './cameras.ts';
import { Capture } from './capture.ts';
import { Collection } from './collection.ts';
import { Commands, type Side } from './commands.ts';
import { captureMessage, healthOf, inOneLine } from './health.ts';
import { LiveViews } from './live-views.ts';
import type { Log } from './log.ts';
import { MemoryWatch } from './memory-watch.ts';
import { ProcessorTime } from './processor-time.ts';
import { Progress } from './progress.ts';
import { Rates } from './rates.ts';
import { Releases } from './releases.ts';
import { Reloads } from './reloads.ts';
import { Watchdog } from './watchdog.ts';
import { Zones } from './zones.ts';

/** How often pauses, hours and papers are looked at: a pause must have ended capture within a second. */
const LOOK_MS = 200;
const TICK_MS = 1_000;
const UPKEEP_MS = 60_000;
/** How often a daemon that nobody watches looks whether it is stuck, to say so in the log. */
const UNWATCHED_MS = 10_000;
/** Slots of the last second are still on their way when a window ends. */
const GRACE_MS = 1_500;

/** What the supervisor works with; all of it is open already and closed by whoever opened it. */
export interface Supplies {
  readonly config: Config;
  readonly context: Omit<SignalContext, 'headCounts'>;
  readonly stateFolder: string;
  readonly ledger: Ledger;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** False when the state folder is ours no more; nothing may then be released. */
  ownsState?(): Promise<boolean>;
  readonly log: Log;
  readonly service: ServiceManager;
  /** Where the kernel tells of heat; a test has its own. */
  readonly thermalFolder?: string;
  readonly reload?: {
    /** Asked now and then: does somebody on this machine want the configuration to be read again? */
    asked(): boolean;
    /** @throws OperatorError when it is wrong or not allowed */
    read(): Promise<Config>;
    readonly files: HeldFiles;
  };
  /** The configuration is another one from now on. */
  onConfig?(config: Config): void;
  /** Connects to the broker. */
  publisher(onCommand: (command: Command | Unreadable, by?: Side) => void): Outlet;
}

/** Runs the cameras while they may run, closes the windows, releases and publishes, until `signal`. */
export async function supervise(supplies: Supplies, signal: AbortSignal): Promise<void> {
  const { config, audit, ledger, clock, log, service } = supplies;
  const windowMs = config.aggregation.windowS * 1000;
  const zones = new Zones(headCounts(config));
  const windows = new WindowCounts([...zones.headCounts.keys()], windowMs, GRACE_MS, clock.wallMs());
  /** Starts of windows in which capture was on at some moment. */
  const watched = new Set<number>();
  const progress = new Progress(clock.upMs, windowMs);
  const watchdog = new Watchdog(progress, service, log);
  const calibrations = await Calibrations.open(supplies.stateFolder, supplies.context.model.hash, log);
  const running = () => reloads.running;
  const reloads: Reloads = new Reloads({
    ...supplies,
    read: async () => (await supplies.reload?.read()) ?? config,
    files: supplies.reload?.files,
    async apply(changes, connection) {
      const { next } = changes;
      zones.declare(headCounts(next));
      publisher.plant(plantOf(next));
      supplies.onConfig?.(next);
      await Promise.all([
        cameras.apply(changes.cameras),
        capture.look(),
        connection && publisher.renew(connection),
      ]);
    },
    onReloaded: (reloaded) => publisher.reloaded(reloaded),
  });
  const cameras = new Cameras({ config: running, windows, progress, calibrations, log });
  let commands: Commands | undefined;
  let views: LiveViews | undefined;
  /** What came before there was anybody to carry it out: a pause must not be lost because it was early. */
  const early: Parameters<Commands['receive']>[] = [];
  await using publisher = supplies.publisher((...command) => {
    if (commands === undefined) early.push(command);
    else commands.receive(...command);
  });
  let isOrderly = false;
  // What is made later ends earlier: the cameras are gone by then, and the broker is still there.
  await using _last = { [Symbol.asyncDispose]: async () => (isOrderly ? closeLast() : undefined) };
  await using capture = await Capture.create(cameras, {
    ...supplies,
    config: running,
    onChange(standing) {
      const message = captureMessage(standing);
      log.info({ capture: message }, 'capture');
      publisher.capture(message);
      views?.capture(standing);
    },
  });
  await capture.look();
  commands = new Commands({
    ...supplies,
    capture,
    reload: () => reloads.reload('mqtt'),
    answer: (outcome) =>
      publisher.answer({
        ...outcome,
        at: new Date(clock.wallMs()).toISOString(),
        capture: captureMessage(capture.standing!),
      }),
  });
  for (const command of early) commands.receive(...command);
  await using opened = await LiveViews.open({
    ...supplies,
    running,
    cameras: () => cameras.list,
    standing: () => capture.standing,
  });
  views = opened;
  const releases = new Releases({ ...supplies, zones, publisher, newId: randomUUID });
  releases.resume();

  const startedUpMs = clock.upMs();
  const healthNow = () => {
    const uptimeS = (clock.upMs() - startedUpMs) / 1000;
    return healthOf(cameras.list, capture.standing!, new Date(clock.wallMs()), uptimeS);
  };
  let health = healthNow();
  const temperature = new Temperature();
  await using _endpoint =
    config.health.http === undefined
      ? undefined
      : await Endpoint.open(config.health.http, () => ({
          health,
          broker: publisher.condition,
          stuck: progress.stuck,
          model: supplies.context.model,
          software: VERSION,
          hottestC: temperature.hottestC,
        }));
  let healthDueMs = 0;
  let saidLine = '';
  const ownState = async () => {
    if ((await supplies.ownsState?.()) === false)
      throw new OperatorError(
        'environment',
        'state-lost',
        `The state folder ${supplies.stateFolder} has been removed or replaced while the daemon runs.`,
        {
          remedy:
            'With it went the record of what was spent of the privacy budget: wait a day before the next start.',
        },
      );
  };
  const send = async (over: readonly ClosedWindow[]) => {
    for (const closed of over) {
      const { startMs } = closed.window;
      await releases.send(closed, watched.has(startMs));
      for (const each of watched) if (each < startMs - windowMs) watched.delete(each);
    }
  };
  /** Windows that are over need not wait any longer; the one that runs is what the configuration says of it. */
  const closeLast = async () => {
    await ownState();
    const { over, cut } = windows.end(clock.wallMs());
    await send(over);
    if (running().aggregation.atStop === 'closed') await send(cut);
  };
  const tick = async () => {
    await ownState();
    const now = clock.wallMs();
    const over = windows.close(now);
    if (over.length > 0 || zones.headCounts.size === 0) progress.closed();
    await send(over);
    if (over.length > 0) {
      zones.turn();
      windows.count([...zones.headCounts.keys()]);
    }
    progress.released();
    publisher.auditHead(audit.head);
    if (performance.now() < healthDueMs) return;
    healthDueMs = performance.now() + running().health.intervalS * 1000;
    health = healthNow();
    publisher.health(health);
    const line = inOneLine(health);
    if (line !== saidLine) service.status(line);
    saidLine = line;
  };
  const look = async () => {
    await capture.look();
    progress.looked();
    if (capture.isWatching) watched.add(windowAt(clock.wallMs(), windowMs).startMs);
    else progress.heard();
  };
  const reload = async () => {
    if (supplies.reload?.asked()) await reloads.reload('local');
  };
  const memory = new MemoryWatch(log);
  const collection = new Collection(clock.upMs);
  const upkeep = async () => {
    collection.look();
    try {
      publisher.expire();
      await ledger.shrink();
      await audit.maintain();
      await commands?.report();
      await memory.look();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      log.error({ code }, 'what is too old could not be removed; tried again in a minute');
    }
  };
  const processors = new ProcessorTime(cpus);
  const rates = new Rates({
    cameras: () => cameras.list,
    floorFps: config.quality.minFps,
    upMs: clock.upMs,
    busy: () => processors.busy(),
    async heat() {
      const heat = await readHeat(supplies.thermalFolder);
      temperature.add(heat.hottestC, clock.upMs());
      return heat;
    },
  });
  // A defect in one of them ends all three, and cameras are off before anybody hears of it.
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const loops = [
    every(LOOK_MS, look, ended),
    every(TICK_MS, tick, ended),
    every(UPKEEP_MS, upkeep, ended),
    every(TICK_MS, reload, ended),
    every(TICK_MS, () => rates.look(), ended),
    every(service.aliveEveryMs ?? UNWATCHED_MS, async () => watchdog.look(), ended),
  ];
  service.ready();
  try {
    await Promise.all(loops);
    isOrderly = true;
  } finally {
    service.stopping();
    failed.abort();
    await Promise.allSettled(loops);
  }
}

/** Runs `work` again and again, `ms` after its last end, until `signal`. */
async function every(ms: number, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await work();
    await wait(ms, undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}
