import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Entry, entryAfter, GENESIS } from '../../agent/audit/entry.ts';
import type { AuditEvent } from '../../agent/audit/events.ts';
import { asSealed } from '../../agent/domain/aggregate.ts';
import type { Gap } from '../../agent/domain/gap.ts';
import type { Answer, Capture, Health, Signal } from '../../agent/publish/messages.ts';
import type { Outlet } from '../../agent/publish/outlet.ts';
import { systemClock } from '../../agent/state/clock.ts';
import { PageProcess } from '../../agent/supervise/page-process.ts';
import { configOf, good } from '../config/written.ts';
import { freePort } from '../support/processes.ts';
import { message } from '../support/queue.ts';
import { until } from '../support/until.ts';
import { leaveAlone } from '../support/unwatched.ts';

leaveAlone('agent/page/main.js', 'test/page/probe.js');

export const TOKEN = 'correct-horse-battery-staple';
const WINDOW_MS = 900_000;
export const HEALTH: Omit<Health, 'schema' | 'node' | 'broker'> = {
  at: '2026-11-24T07:30:11.000Z',
  uptimeS: 7300,
  provider: 'cpu',
  precision: 'fp32',
  memoryMb: 256,
  capture: { state: 'watching' },
  cameras: [
    { id: 'cam', state: 'streaming', fps: 25, reconnects: 1, restarts: 0, spotting: 'calibrated', poor: [] },
    { id: 'old', state: 'waiting', code: 'unauthorised', fps: 0, reconnects: 9, restarts: 0, poor: ['blur'] },
  ],
};

/** A released window of zone `left`, the newest of which ends now. */
export function signalOf(windowsAgo: number, more: Partial<Signal> = {}): Signal {
  const endMs = Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS - windowsAgo * WINDOW_MS;
  const iso = (ms: number) => new Date(ms).toISOString();
  const noise = { mechanism: 'discrete-laplace', epsilon: 1, interval95: 36 } as const;
  return {
    schema: 'micron-edge/signal/1',
    node: 'box',
    zone: 'left',
    window: { start: iso(endMs - WINDOW_MS), end: iso(endMs) },
    purpose: 'demo',
    headCount: 6,
    slotSeconds: 10,
    model: {
      name: 'micron-bert-edge',
      version: '0.1.0',
      hash: 'c'.repeat(64),
      trained: true,
      evidence: 'synthetic',
      validatedOn: [],
    },
    state: 'released',
    slots: { none: 300, negative: 41 + windowsAgo, positive: 20, surprise: 7 },
    noise,
    regions: {
      slots: { brows: 130, eyes: 4, nose: -3, cheeks: 6, mouth: 90, chin: 1 },
      noise: { ...noise, epsilon: 0.5, interval95: 72 },
    },
    ...more,
  } as Signal;
}

export function withheld(windowsAgo: number): Signal {
  const {
    slots: _,
    noise: __,
    regions: ___,
    ...rest
  } = signalOf(windowsAgo) as Extract<Signal, { state: 'released' }>;
  return { ...rest, state: 'withheld', reason: 'total' };
}

/** What the plant did not get of zone `left`: `count` windows, the last of which ended so many windows ago. */
export const gapOf = (windowsAgo: number, count: number, id = randomUUID()): Gap => {
  const endMs = Date.parse(signalOf(windowsAgo).window.end);
  const startMs = endMs - count * WINDOW_MS;
  return { id, feed: 'plain', zone: 'left', reason: 'age', count, startMs, endMs, at: 1 };
};

/**
 * The page of a daemon that a test plays, in its real process.
 *
 * @param folder of a page that was there before
 */
export async function page(t: Test, ofPage: object = {}, folder = t.testdir(), pageHours = 168) {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  const port = await freePort();
  const base = await configOf(good());
  const { retention, ...governance } = base.governance;
  const config = {
    ...base,
    governance: { ...governance, retention: { ...retention, pageHours } },
    page: { address: '127.0.0.1', port, tokenFile, ...ofPage } as const,
  };
  const log: string[] = [];
  const note = (fields: object, message: string) => void log.push(`${message} ${JSON.stringify(fields)}`);
  const entries: Entry[] = [];
  const audit = {
    append: async (event: AuditEvent) =>
      void entries.push(entryAfter(entries.at(-1) ?? GENESIS, event, new Date())),
    tail: async (most: number) => entries.slice(-most),
  };
  const process = (await PageProcess.open({
    config,
    ledger: { spent: (zone) => (zone === 'left' ? 20 : 31.5) },
    audit,
    log: { info: note, warn: note, error: note },
    clock: systemClock(),
    stateFolder: folder,
  }))!;
  t.teardown(() => process[Symbol.asyncDispose]());
  /** What went to the broker. */
  const published: string[] = [];
  const answers: Omit<Answer, 'schema' | 'node'>[] = [];
  const outlet = process.heard({
    signal: ({ signal }) => void published.push(signal.payload),
    resume: () => {},
    expire: () => {},
    plant: () => {},
    async renew() {},
    reloaded: () => {},
    capture: () => {},
    health: () => {},
    auditHead: () => {},
    answer: (body) => void answers.push(body),
    condition: { reconnects: 0, waiting: 2, discarded: 0, connected: false, trouble: 'broker-unreachable' },
    [Symbol.asyncDispose]: async () => {},
  } satisfies Outlet);
  const origin = `http://127.0.0.1:${port}`;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${origin}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    folder,
    config,
    process,
    outlet,
    origin,
    published,
    answers,
    audit,
    entries,
    log,
    post,
    release: (signal: Signal) =>
      outlet.signal(message(asSealed({ zoneId: signal.zone, payload: JSON.stringify(signal) }))),
    /** The cookie of a new session. */
    async logIn(): Promise<string> {
      const answer = await post('login', { token: TOKEN });
      t.equal(answer.status, 200, 'logged in');
      return answer.headers.get('set-cookie')!.split(';')[0]!;
    },
    /** Everything that a session is told, until the test ends. */
    async listen(cookie: string) {
      const ended = new AbortController();
      t.teardown(() => ended.abort());
      const answer = await fetch(`${origin}/events`, { headers: { Cookie: cookie }, signal: ended.signal });
      let text = '';
      let isOver = false;
      (async () => {
        for await (const chunk of answer.body!) text += new TextDecoder().decode(chunk);
      })().then(
        () => {
          isOver = true;
        },
        () => {
          isOver = true;
        },
      );
      const news = () =>
        [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, event, data]) => ({
          event: event!,
          // biome-ignore lint/suspicious/noExplicitAny: JSON from the wire, as a browser gets it
          data: JSON.parse(data!) as any,
        }));
      await until(() => news().length > 0 || isOver, 'the first word');
      return { status: answer.status, news, isOver: () => isOver };
    },
  };
}

/** Carries out commands as the supervisor would. */
export function obey({ process, outlet }: Awaited<ReturnType<typeof page>>): void {
  process.onCommand(({ command, id }) => {
    const capture: Capture =
      command === 'pause'
        ? { state: 'paused', by: 'page', since: '2026-11-24T07:31:00.000Z' }
        : { state: 'watching' };
    outlet.capture(capture);
    outlet.answer({ at: HEALTH.at, command, accepted: true, capture, ...(id === undefined ? {} : { id }) });
  });
}
