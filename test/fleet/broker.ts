import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';
import { type Authority, writeSecured } from '../support/authority.ts';
import { BASE } from '../support/plant.ts';
import { freePort, type Program, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** The broker of the plant. Killed, it comes back on the same ports and knows nothing of before. */
export interface FleetBroker extends AsyncDisposable {
  /** Where boxes come in, and where dashboards do. */
  readonly nodes: string;
  readonly people: string;
  readonly pid: number;
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface Written {
  readonly conf: string;
  readonly ports: { readonly nodes: number; readonly people: number };
}

/** What `deploy/mosquitto/micron-edge.conf` says about load. */
const LOAD = /^(max_queued_messages|max_packet_size) .*$/gm;

/** As we ship it, but whoever names itself a box is that box: no TLS, and the access list for boxes all the same. */
async function writeOpen(folder: string): Promise<Written> {
  mkdirSync(folder, { recursive: true });
  // Mosquitto gives up root's rights before it reads its files.
  chmodSync(folder, 0o755);
  const shipped = (name: string) => readFileSync(join(ROOT, 'deploy/mosquitto', name), 'utf8');
  const ports = { nodes: await freePort(), people: await freePort() };
  const load = [...new Set([...shipped('micron-edge.conf').matchAll(LOAD)].map(([line]) => line))];
  const listener = (name: string, port: number, rules: string) => {
    const list = join(folder, `${name}.acl`);
    writeFileSync(list, rules, { mode: 0o644 });
    return `listener ${port} 127.0.0.1\nallow_anonymous true\nacl_file ${list}\n`;
  };
  const conf = join(folder, 'mosquitto.conf');
  writeFileSync(
    conf,
    [
      `per_listener_settings true\n${load.join('\n')}\n`,
      listener('nodes', ports.nodes, shipped('nodes.acl').replaceAll('BASE', BASE)),
      listener('people', ports.people, shipped('people.acl').replaceAll('BASE', BASE)),
    ].join(''),
    { mode: 0o644 },
  );
  return { conf, ports };
}

/** @param authority whose certificates are asked for; without one, there is no TLS */
export async function openBroker(folder: string, authority?: Authority): Promise<FleetBroker> {
  const { conf, ports } = await (authority === undefined
    ? writeOpen(folder)
    : writeSecured(folder, authority));
  const scheme = authority === undefined ? 'mqtt' : 'mqtts';
  let broker: Program;
  const start = async () => {
    broker = program('mosquitto', ['-c', conf]);
    await until(() => /running/.test(broker.text()), 'mosquitto', { everyMs: 5 });
  };
  await start();
  return {
    nodes: `${scheme}://localhost:${ports.nodes}`,
    people: `${scheme}://localhost:${ports.people}`,
    get pid() {
      return broker.child.pid!;
    },
    start,
    async kill() {
      broker.child.kill('SIGKILL');
      await broker.exited;
    },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
