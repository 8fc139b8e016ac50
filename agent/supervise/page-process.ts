import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ledger } from '../aggregate/ledger.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secrets.ts';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import type { Gap } from '../domain/gap.ts';
import { ROOT, VERSION } from '../installation.ts';
import { folders } from '../page/assets.ts';
import { type FromPage, fromPage, type Place, type ToPage } from '../page/messages.ts';
import type { Command } from '../publish/command.ts';
import { plantOf } from '../publish/configured.ts';
import { gapFor } from '../publish/gap.ts';
import { type GapMessage, type Signal, signalSchema } from '../publish/messages.ts';
import type { Outlet } from '../publish/outlet.ts';
import type { Log } from './log.ts';
import { RestartBudget } from './restart-budget.ts';
import { Shown } from './shown.ts';

const ENTRY = fileURLToPath(new URL('../page/main.js', import.meta.url));
const PATIENCE_MS = 15_000;
const LEAST_TOKEN = 20;
/** What the page shows of the audit log. */
const TAIL = 40;
const HOUR_MS = 3_600_000;

export interface PageSupplies {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'spent'>;
  readonly audit: Pick<AuditLog, 'tail' | 'append'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly stateFolder: string;
}

/**
 * The local page in a process of its own, which Node.js keeps from every file but the page's own, from starting others,
 * and from native code. It is told what is published, and nothing else.
 */
export class PageProcess implements AsyncDisposable {
  readonly #supplies: PageSupplies;
  readonly #page: NonNullable<Config['page']>;
  readonly #tokenSha256: string;
  readonly #budget = new RestartBudget(() => performance.now());
  readonly #shown: Shown;
  #zones: Place['zones'];
  /** The last word of each kind, for a process that starts anew. */
  readonly #said = new Map<ToPage['type'], ToPage>();
  #child: ChildProcess | undefined;
  #retry: NodeJS.Timeout | undefined;
  #ending = false;
  #auditSeq = -1;
  #onCommand: (command: Command) => void = () => {};

  private constructor(
    supplies: PageSupplies,
    page: NonNullable<Config['page']>,
    token: string,
    shown: Shown,
  ) {
    this.#supplies = supplies;
    this.#page = page;
    this.#shown = shown;
    this.#tokenSha256 = createHash('sha256').update(token).digest('hex');
    this.#zones = plantOf(supplies.config).zones.map(({ ...zone }) => zone);
  }

  /**
   * Undefined when the configuration has no page.
   *
   * @throws OperatorError secret-*, page-token-short, page-port (exit code 4)
   */
  static async open(supplies: PageSupplies): Promise<PageProcess | undefined> {
    const { config, stateFolder, clock, log } = supplies;
    const { page } = config;
    if (page === undefined) {
      await Shown.forget(stateFolder);
      return undefined;
    }
    const token = await readSecret(page.tokenFile);
    if (token.length < LEAST_TOKEN)
      throw new OperatorError(
        'environment',
        'page-token-short',
        `The login token in ${page.tokenFile} has fewer than ${LEAST_TOKEN} letters: it could be guessed.`,
        { remedy: `Make a new one: openssl rand -hex 24 > ${page.tokenFile}` },
      );
    const keepMs = config.governance.retention.pageHours * HOUR_MS;
    const shown = await Shown.open(stateFolder, { keepMs, clock, log });
    const process = new PageProcess(supplies, page, token, shown);
    const failure = await process.#start();
    if (failure !== undefined) {
      await process[Symbol.asyncDispose]();
      throw new OperatorError(
        'environment',
        'page-port',
        `The local page cannot listen on ${page.address} port ${page.port} (${failure}).`,
        { remedy: 'Choose another page.port.' },
      );
    }
    return process;
  }

  /** Undefined while it is started again. */
  get child(): ChildProcess | undefined {
    return this.#child;
  }

  onCommand(receive: (command: Command) => void): void {
    this.#onCommand = receive;
  }

  /** What goes out by `outlet` is shown too; answers to what the page asked go to it alone. */
  heard(outlet: Outlet): Outlet {
    const page = this;
    return {
      signal(message) {
        outlet.signal(message);
        page.#released(message.signal.payload);
      },
      resume(kept) {
        outlet.resume(kept);
        for (const each of kept)
          if ('gap' in each) page.gap(each.gap);
          else page.#released(each.signal.payload);
      },
      expire() {
        outlet.expire();
        void page.#shown.shrink();
      },
      plant(plant) {
        outlet.plant(plant);
        page.#zones = plant.zones.map(({ ...zone }) => zone);
        page.#write({ type: 'place', place: page.#place });
      },
      reloaded: (reload) => outlet.reloaded(reload),
      renew: (connection) => outlet.renew(connection),
      capture(capture) {
        outlet.capture(capture);
        page.#say({ type: 'capture', capture });
      },
      health(body) {
        outlet.health(body);
        const { ledger } = page.#supplies;
        const spent = Object.fromEntries(page.#zones.map(({ id }) => [id, ledger.spent(id)]));
        page.#say({ type: 'health', health: { ...body, broker: outlet.condition, spent } });
      },
      answer(body) {
        const { id, accepted, reason } = body;
        if (id?.startsWith('page-'))
          page.#say({ type: 'answer', id, accepted, ...(reason === undefined ? {} : { reason }) });
        else outlet.answer(body);
      },
      auditHead(head) {
        outlet.auditHead(head);
        page.#audit(head.seq);
      },
      get condition() {
        return outlet.condition;
      },
      [Symbol.asyncDispose]: () => outlet[Symbol.asyncDispose](),
    };
  }

  /** Signals that the plant will not get by its topics, as they are told there too. */
  gap(gap: Gap): void {
    if (gap.feed === 'plain') this.#show(gapFor(gap, this.#supplies.config.node.id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true;
    await this.#shown[Symbol.asyncDispose]();
    clearTimeout(this.#retry);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // It holds nothing that would have to be put in order.
    child.kill('SIGKILL');
    await gone;
  }

  /** Undefined when it listens, else why it does not. */
  #start(): Promise<string | undefined> {
    const { address, port, origin } = this.#page;
    const child = fork(ENTRY, [ROOT], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Nothing of our environment: it needs none of it.
      env: {},
      execArgv: confinement(),
      serialization: 'json',
    });
    this.#child = child;
    const startedAt = performance.now();
    child.once('error', () => {});
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
      if (this.#ending) return;
      this.#supplies.log.warn({ code: 'page-died' }, 'the local page has ended and is started again');
      this.#retry = setTimeout(
        () => void this.#start(),
        this.#budget.died(performance.now() - startedAt).waitMs,
      );
    });
    const settled = new Promise<string | undefined>((resolve) => {
      const late = setTimeout(() => resolve('no answer'), PATIENCE_MS);
      const settle = (failure: string | undefined) => {
        clearTimeout(late);
        resolve(failure);
      };
      child.once('exit', () => settle('it ended'));
      child.on('message', (raw) => {
        const message = fromPage.safeParse(raw).data;
        if (message === undefined) return void child.kill('SIGKILL');
        if (message.type === 'listening') settle(undefined);
        else if (message.type === 'failed') settle(message.code);
        else this.#hear(message);
      });
    });
    this.#write({
      type: 'open',
      address,
      port,
      ...(origin === undefined ? {} : { origin }),
      tokenSha256: this.#tokenSha256,
      place: this.#place,
      history: [...this.#shown.history.signals, ...this.#shown.history.gaps],
    });
    for (const message of this.#said.values()) this.#write(message);
    return settled;
  }

  get #place(): Place {
    const { aggregation, node } = this.#supplies.config;
    const { epsilonPerWindow, epsilonPerDay, regions, minHeadCount, windowS } = aggregation;
    return {
      node: node.id,
      software: VERSION,
      minHeadCount,
      windowS,
      epsilonPerMessage: epsilonPerWindow + (regions?.epsilonPerWindow ?? 0),
      epsilonPerDay,
      zones: this.#zones,
    };
  }

  #hear(message: Extract<FromPage, { type: 'command' | 'denied' }>): void {
    if (message.type === 'command') {
      this.#onCommand({ command: message.command, id: message.id });
      return;
    }
    const { log, audit } = this.#supplies;
    log.warn({ times: message.times }, 'somebody tried to log in to the local page with a wrong token');
    audit
      .append({ event: 'page-login-refused', detail: { times: message.times } })
      .catch(({ code }: NodeJS.ErrnoException) => log.error({ code }, 'not in the audit log'));
  }

  #released(payload: string): void {
    this.#show(signalSchema.parse(JSON.parse(payload)));
  }

  #show(message: Signal | GapMessage): void {
    if (!this.#shown.add(message)) return;
    this.#write('window' in message ? { type: 'signal', signal: message } : { type: 'gap', gap: message });
  }

  #audit(seq: number): void {
    if (seq === this.#auditSeq) return;
    this.#auditSeq = seq;
    const { audit, log } = this.#supplies;
    audit.tail(TAIL).then(
      (entries) =>
        this.#say({
          type: 'audit',
          entries: entries.map(({ prevHash: _, hash: __, ...entry }) => entry),
        }),
      ({ code }: NodeJS.ErrnoException) => log.warn({ code }, 'the page cannot be told of the audit log'),
    );
  }

  #say(message: ToPage): void {
    if (message.type !== 'answer') this.#said.set(message.type, message);
    this.#write(message);
  }

  #write(message: ToPage): void {
    const child = this.#child;
    // What it misses while it is away it is told when it comes back.
    if (child?.connected) child.send(message, () => {});
  }
}

/**
 * Node.js' permission model (documentation of Node.js, "Permissions"): files of the page and of the programs that serve it
 * can be read, and that is all; no writing, no other process, no worker, no native add-on.
 */
export function confinement(): string[] {
  const { web, uplot } = folders(ROOT);
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const readable = [dirname(dirname(ENTRY)), web, uplot, join(ROOT, 'node_modules/zod')].map(
    (folder) => `--allow-fs-read=${join(folder, '*')}`,
  );
  const files = ['package.json', 'node_modules/uplot/package.json'].map(
    (file) => `--allow-fs-read=${join(ROOT, file)}`,
  );
  return [flag, ...readable, ...files, '--no-warnings', '--disallow-code-generation-from-strings'];
}
