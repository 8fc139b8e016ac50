import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Authority } from '../support/authority.ts';
import { openBroker } from './broker.ts';
import { listen } from './dashboard.ts';
import { Fleet } from './fleet.ts';
import { type Load, loadOf } from './load.ts';
import type { Options } from './options.ts';
import { type Storm, stormOf } from './storm.ts';
import { type Account, Tally } from './tally.ts';

export interface Figures {
  readonly options: Options;
  /** All nodes from the order to the last connection. */
  readonly first: Storm;
  /** After the broker was killed and came back. */
  readonly storm: Storm;
  /** From the return of the broker until no queue held anything but what was on its way, seconds. */
  readonly drainedS: number;
  readonly account: Account;
  readonly gaps: number;
  /** Of the time before the broker was killed. */
  readonly quiet: {
    readonly lastedS: number;
    readonly messagesPerS: number;
    /** From the end of a window to the dashboard; 1.5 s of it is the grace of the window. */
    readonly latencyMs: { readonly half: number; readonly most: number; readonly all: number };
    readonly brokerCores: number;
    readonly nodesCores: number;
  };
  readonly memory: {
    readonly brokerEmptyKb: number;
    readonly brokerKb: number;
    readonly perNodeKb: number;
  };
}

const BACK_MS = 180_000;
const DRAIN_MS = 120_000;

/**
 * A plant for a while: nodes connect, send, lose their broker by kill -9, get it back, and go on sending; in the end
 * every signal is accounted for.
 */
export async function simulate(
  options: Options,
  folder: string,
  say: (text: string) => void,
): Promise<Figures> {
  const { nodes, processes, minutes, windowS } = options;
  const names = Array.from({ length: nodes }, (_, i) => `node-${String(i + 1).padStart(5, '0')}`);
  const authority = options.tls ? certify(join(folder, 'authority'), names, say) : undefined;
  const tally = new Tally();
  await using broker = await openBroker(join(folder, 'broker'), authority);
  const brokerEmptyKb = loadOf(broker.pid).residentKb;
  const dashboardTls = authority === undefined ? {} : certificateOf(authority, 'person-dashboard');
  await using dashboard = await listen(broker.people, dashboardTls, tally);
  const task = {
    ...{ url: broker.nodes, zones: options.zones, folder },
    ...{ windowMs: windowS * 1_000, healthMs: options.healthS * 1_000 },
    ...(authority === undefined ? {} : { certificates: authority.folder }),
  };
  await using fleet = new Fleet(processes, task, names, tally);
  await fleet.started();
  const emptyKb = fleet.residentKb;
  say(`${nodes} nodes connect`);
  const beganMs = Date.now();
  fleet.order('connect');
  await fleet.allConnected(nodes, BACK_MS);
  const first = stormOf(fleet.connects, beganMs);
  say(`all there after ${first.allS.toFixed(1)} s`);

  fleet.order('windows');
  // From the middle of a window on, so that the cut falls between two bursts and into one by turns of the clock.
  const halfMs = (minutes * 60_000) / 2;
  const before = loadsOf(broker.pid, fleet.pids);
  const heardBefore = dashboard.messages;
  await wait(halfMs);
  const after = loadsOf(broker.pid, fleet.pids);
  const quietMessages = dashboard.messages - heardBefore;
  const latencies = [...dashboard.latencies].sort((a, b) => a - b);
  const perNodeKb = (fleet.residentKb - emptyKb) / nodes;
  const brokerKb = loadOf(broker.pid).residentKb;

  say(`kill -9 of the broker, for ${options.awayS} s`);
  await broker.kill();
  await wait(options.awayS * 1_000);
  await broker.start();
  const backMs = Date.now();
  say('the broker is back');
  await fleet.allConnected(nodes, BACK_MS);
  const storm = stormOf(fleet.connects, backMs);
  say(`all are back after ${storm.allS.toFixed(1)} s`);
  let drainedS = Number.NaN;
  const restMs = halfMs - (Date.now() - backMs);
  const drained = drain(fleet, nodes, DRAIN_MS).then((isDrained) => {
    if (isDrained) drainedS = (Date.now() - backMs) / 1_000;
  });
  await wait(Math.max(0, restMs));
  await drained;

  fleet.order('no-more-windows');
  // The last windows are closed, and what they hold is on its way.
  await wait(Math.min(3_000, windowS * 500 + 500));
  await drain(fleet, 1, DRAIN_MS);
  // The reports, and what the broker has for the dashboard.
  await wait(1_000);
  for (let i = 0; i < 60 && tally.outstanding > fleet.waiting; i++) {
    const { messages } = dashboard;
    await wait(500);
    if (dashboard.messages === messages) break;
  }
  const account = tally.account({ waiting: fleet.waiting, discarded: fleet.discarded });
  const rank = (share: number) => latencies[Math.ceil(share * latencies.length) - 1] ?? Number.NaN;
  const lastedS = halfMs / 1_000;
  return {
    ...{ options, first, storm, drainedS, account, gaps: dashboard.gaps },
    quiet: {
      lastedS,
      messagesPerS: quietMessages / lastedS,
      latencyMs: { half: rank(0.5), most: rank(0.99), all: rank(1) },
      brokerCores: (after.broker.processorS - before.broker.processorS) / lastedS,
      nodesCores: (after.nodes.processorS - before.nodes.processorS) / lastedS,
    },
    memory: { brokerEmptyKb, brokerKb, perNodeKb },
  };
}

/** Until fewer than `below` signals wait, in two looks one after the other. */
async function drain(fleet: Fleet, below: number, withinMs: number): Promise<boolean> {
  const endMs = Date.now() + withinMs;
  while (Date.now() < endMs) {
    if (fleet.waiting < below) return true;
    await wait(100);
  }
  return false;
}

function loadsOf(broker: number, pids: readonly number[]): { broker: Load; nodes: Load } {
  const all = pids.map(loadOf);
  const sum = (key: keyof Load) => all.reduce((total, load) => total + load[key], 0);
  return {
    broker: loadOf(broker),
    nodes: { residentKb: sum('residentKb'), processorS: sum('processorS') },
  };
}

function certify(folder: string, names: readonly string[], say: (text: string) => void): Authority {
  const authority = new Authority(folder);
  authority.run('server', 'localhost');
  authority.run('person', 'dashboard');
  for (const [i, name] of names.entries()) {
    authority.run('node', name);
    if ((i + 1) % 250 === 0) say(`${i + 1} certificates`);
  }
  return authority;
}

const certificateOf = (authority: Authority, name: string) => ({
  ca: readFileSync(authority.file('server-ca.pem')),
  cert: readFileSync(authority.file(`${name}.pem`)),
  key: readFileSync(authority.file(`${name}-key.pem`)),
});
