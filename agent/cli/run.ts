import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { Ledger } from '../aggregate/ledger.ts';
import { openAudit } from '../audit/configured.ts';
import type { AuditLog } from '../audit/log.ts';
import { recordStart } from '../audit/record.ts';
import { HeldFiles } from '../config/held-files.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { readCredentials } from '../config/secrets.ts';
import type { Clock } from '../domain/clock.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { FEEDS, type Feed, type Gap } from '../domain/gap.ts';
import { judge, refusal } from '../governance/gate.ts';
import { defaultConfigPath, VERSION } from '../installation.ts';
import type { Io } from '../main.ts';
import { loadConfigured } from '../models/configured.ts';
import { contextOf, publishOptions } from '../publish/configured.ts';
import { type Outlet, together } from '../publish/outlet.ts';
import { Publisher, type PublisherEvents } from '../publish/publisher.ts';
import { Queue } from '../publish/queue.ts';
import { EdgeNode } from '../publish/sparkplug/edge-node.ts';
import { systemClock } from '../state/clock.ts';
import { ConnectionNumber } from '../state/connection-number.ts';
import { forbidCoreDumps } from '../state/core-dumps.ts';
import { stateFolderOf } from '../state/folder.ts';
import { StateLock } from '../state/lock.ts';
import { journalIn } from '../supervise/journal.ts';
import { PageProcess } from '../supervise/page-process.ts';
import { type Supplies, supervise } from '../supervise/supervisor.ts';
import { serviceManager } from '../systemd/notify.ts';
import { ReloadRequests } from './reload.ts';

const HOUR_MS = 3_600_000;
const keepMsOf = ({ governance }: Config): number => governance.retention.releasesHours * HOUR_MS;
const feedsOf = ({ mqtt }: Config): readonly Feed[] =>
  FEEDS.filter((feed) => feed === 'plain' || mqtt.sparkplug !== undefined);

/**
 * `micron-edge run [CONFIG]`: permission first, then models, secrets and ledger, and only then the network. Whatever is
 * wrong before the first camera ends with its own message and exit code; afterwards nothing but a signal ends it.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [path = defaultConfigPath(process.env), ...rest] = positionals;
  if (rest.length > 0) {
    io.err('Usage: micron-edge run [CONFIG]\n');
    return EXIT.config;
  }
  const { config } = await loadConfig(path);
  const clock = systemClock();
  const stateFolder = stateFolderOf(config, process.env);
  await requirePermission(config, stateFolder, clock, io);
  await forbidCoreDumps();
  // Code compiled again for speed is kept for good, and this process only passes on a few messages a second: over weeks
  // it would grow by what is never needed. Its children, which work on pictures, are not concerned.
  setFlagsFromString('--no-opt');

  // Node.js would open its inspector on loopback, for everybody on the box to read memory with.
  process.on('SIGUSR1', () => {});
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  await using lock = await StateLock.take(stateFolder);
  await using audit = await openAudit(stateFolder, config, clock);
  await using ledger = await Ledger.open(stateFolder, {
    clock,
    keepMs: keepMsOf(config),
    feeds: feedsOf(config),
  });
  const noteFailure = async (error: unknown) => {
    if (error instanceof OperatorError)
      await audit.append({ event: 'start-failed', detail: { code: error.code } });
    throw error;
  };
  // Before anybody reads them: what changes in between is found by the first reload.
  const files = await HeldFiles.of(config);
  const supplies = await prepare(config, { stateFolder, audit, ledger, clock }).catch(noteFailure);
  const { log } = supplies;
  await using page = await PageProcess.open({ ...supplies, config, ledger, audit, log }).catch(noteFailure);
  log.info({ node: config.node.id, purpose: config.governance.purpose, version: VERSION }, 'started');
  const reloads = new ReloadRequests(path, files, clock);
  process.on('SIGHUP', () => reloads.ask());
  const publisher: Supplies['publisher'] = (onCommand) => {
    const outlet = supplies.publisher(onCommand, (gap) => page?.gap(gap));
    page?.onCommand((command) => onCommand(command, 'page'));
    return page?.heard(outlet) ?? outlet;
  };
  await supervise({ ...supplies, ownsState: () => lock.isHeld(), publisher, reload: reloads }, ended.signal);
  await audit.append({ event: 'stop', detail: {} });
  log.info({}, 'stopped');
  return EXIT.ok;
}

/** @throws OperatorError governance-refused (exit 3); the audit log says so too, where it can be written */
async function requirePermission(config: Config, stateFolder: string, clock: Clock, io: Io): Promise<void> {
  const verdicts = judge(config, new Date(clock.wallMs()));
  if (verdicts.length === 0) return;
  const reasons = [...new Set(verdicts.map(({ code }) => code))];
  try {
    await using _lock = await StateLock.take(stateFolder);
    await using audit = await openAudit(stateFolder, config, clock);
    await audit.append({ event: 'governance-refused', detail: { reasons } });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    io.err(`micron-edge: the refusal is not in the audit log: ${error.message}\n`);
  }
  throw refusal(verdicts);
}

interface Prepared extends Omit<Supplies, 'publisher'> {
  publisher(onCommand: Parameters<Supplies['publisher']>[0], onDropped: (gap: Gap) => void): Outlet;
}

/** Everything that can be found missing or broken before the first camera. */
async function prepare(
  config: Config,
  open: Pick<Supplies, 'stateFolder' | 'ledger' | 'clock'> & { readonly audit: AuditLog },
): Promise<Prepared> {
  const { micronBert } = await loadConfigured(config);
  // Once before the start, so that a missing file is said at once and not by each camera in turn.
  for (const { credentialsFile } of config.cameras)
    if (credentialsFile !== undefined) await readCredentials(credentialsFile);
  const options = await publishOptions(config);
  await recordStart(open.audit, config, micronBert);
  const log = pino({ level: config.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const journal = journalIn(open.ledger, log);
  const queueOf = (feed: Feed, onDropped: (gap: Gap) => void) =>
    new Queue({
      feed,
      mostSignals: config.mqtt.queueMessages,
      keepMs: keepMsOf(config),
      clock: open.clock,
      journal: {
        ...journal,
        dropped(gap, n) {
          journal.dropped(gap, n);
          onDropped(gap);
        },
      },
      newId: randomUUID,
      onGap: ({ zone, reason }) =>
        log.warn(
          { code: 'signals-dropped', feed, zone, reason },
          'signals are given up: a gap marker will say which',
        ),
    });
  return {
    ...open,
    config,
    onConfig: ({ log: { level } }) => {
      log.level = level;
    },
    context: contextOf(config, micronBert),
    log,
    service: serviceManager(process.env, process.pid, (cause) =>
      log.warn({ code: 'systemd-notify', cause }, 'systemd is not told how this daemon is'),
    ),
    publisher: (onCommand, onDropped) => {
      const onTrouble: PublisherEvents['onTrouble'] = ({ code, message, remedy }) =>
        log.warn({ code, remedy }, message);
      const onConnected = () => log.info({}, 'connected to the broker');
      const publisher = new Publisher(
        { ...options.publisher, queue: queueOf('plain', onDropped) },
        { onConnected, onTrouble, onCommand },
      );
      if (options.sparkplug === undefined) return publisher;
      const numbers = new ConnectionNumber(open.stateFolder);
      return together(
        publisher,
        new EdgeNode(
          { ...options.sparkplug, queue: queueOf('sparkplug', onDropped) },
          {
            nextBdSeq: () => numbers.next(),
            nowMs: () => open.clock.wallMs(),
            onTrouble,
          },
        ),
      );
    },
  };
}
