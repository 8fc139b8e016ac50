import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../agent/config/load.ts';
import type { Connection } from '../../agent/publish/connection.ts';
import { systemClock } from '../../agent/state/clock.ts';
import { writeConfig } from '../support/plant.ts';
import type { Order, Report, Task } from './messages.ts';
import { SimulatedNode } from './node.ts';

/** A process with nodes. Its one argument is the task as JSON; it speaks to its parent over IPC. */
const REPORT_MS = 250;
/** As the supervisor: how long a window still takes slots after its end. */
const GRACE_MS = 1_500;

const task = JSON.parse(process.argv[2]!) as Task;
const clock = systemClock();
const { config } = await loadConfig(
  writeConfig(join(task.folder, 'config'), {
    camera: 'rtsp://127.0.0.1:1/stream',
    broker: task.url,
    more: { aggregation: { epsilonPerDay: 1_000, minHeadCount: 2 } },
  }),
);

const connects: number[] = [];
const handed: string[] = [];
const acknowledged: string[] = [];
const nodes: SimulatedNode[] = [];

const tlsOf = (name: string): NonNullable<Connection['tls']> => {
  const file = (base: string) => readFileSync(join(task.certificates!, base));
  return {
    ca: file('server-ca.pem'),
    cert: file(`node-${name}.pem`),
    key: file(`node-${name}-key.pem`),
  };
};

async function openAll(): Promise<void> {
  for (const name of task.nodes) {
    const folder = join(task.folder, name);
    mkdirSync(folder);
    const same = { url: task.url, version: 5, keepaliveS: 30 } as const;
    const connection =
      task.certificates === undefined
        ? // The shipped access list knows a box by its login.
          { ...same, login: { username: name, password: '' } }
        : { ...same, tls: tlsOf(name) };
    nodes.push(
      await SimulatedNode.open(
        { name, zones: task.zones, config, connection, folder, clock },
        {
          onConnected: () => connects.push(clock.wallMs()),
          onHanded: (id) => handed.push(id),
          onAcknowledged: (id) => acknowledged.push(id),
        },
      ),
    );
  }
}

/** Windows are aligned to the wall clock, so that all nodes of a plant close theirs in the same moment. */
let windows: NodeJS.Timeout | undefined;
function nextWindow(): void {
  const nowMs = clock.wallMs();
  const endMs = (Math.floor(nowMs / task.windowMs) + 1) * task.windowMs;
  windows = setTimeout(
    () => {
      nextWindow();
      for (const node of nodes) void node.close(endMs - task.windowMs, endMs);
    },
    endMs - nowMs + Math.min(GRACE_MS, task.windowMs / 2),
  );
}

const healths: NodeJS.Timeout[] = [];
function healthOfAll(): void {
  // Each began at another moment.
  for (const [i, node] of nodes.entries())
    healths.push(
      setTimeout(
        () => {
          node.health();
          healths.push(setInterval(() => node.health(), task.healthMs));
        },
        (i / nodes.length) * task.healthMs,
      ),
    );
}

function report(): void {
  const sum = (of: (node: SimulatedNode) => number) => nodes.reduce((total, node) => total + of(node), 0);
  const said: Report = {
    connects: connects.splice(0),
    handed: handed.splice(0),
    acknowledged: acknowledged.splice(0),
    waiting: sum(({ waiting }) => waiting),
    discarded: sum(({ discarded }) => discarded),
    connected: sum(({ isConnected }) => (isConnected ? 1 : 0)),
    residentKb: Math.round(process.memoryUsage.rss() / 1_024),
    isReady: nodes.length === task.nodes.length,
  };
  process.send!(said);
}
const reports = setInterval(report, REPORT_MS);

async function end(): Promise<void> {
  for (const timer of healths) clearTimeout(timer);
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
  clearInterval(reports);
  report();
  process.disconnect();
}

process.on('message', (order: Order) => {
  if (order === 'connect') void openAll();
  else if (order === 'windows') {
    nextWindow();
    healthOfAll();
  } else if (order === 'no-more-windows') clearTimeout(windows);
  else void end();
});
