import { appendFileSync, chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';
import { type Authority, writeSecured } from './authority.ts';
import { BASE } from './plant.ts';
import { freePort, type Program, program } from './processes.ts';
import { until } from './until.ts';

/** Where the plant has its lines; what a line calls `BASE`, the plant calls `SITE/LINE`. */
export const SITE = 'acme/leipzig';

const shipped = (name: string) => readFileSync(join(ROOT, 'deploy/mosquitto', name), 'utf8');

/** A broker that can be killed and comes back as it was. */
export interface Broker extends AsyncDisposable {
  readonly ports: { readonly nodes: number; readonly people: number };
  text(): string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

async function broker(conf: string, ports: Broker['ports']): Promise<Broker> {
  let running: Program;
  let said = '';
  const start = async () => {
    running = program('mosquitto', ['-c', conf, '-v']);
    await until(() => /running/.test(running.text()), 'mosquitto');
  };
  await start();
  return {
    ports,
    text: () => said + running.text(),
    start,
    async kill(signal = 'SIGKILL') {
      running.child.kill(signal);
      await running.exited;
      said += running.text();
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** The broker of the plant: what we ship for boxes and people, and where bridges come in. */
export async function startPlant(folder: string, authority: Authority) {
  const { conf, ports } = await writeSecured(folder, authority);
  const bridges = await freePort();
  writeFileSync(join(folder, 'bridges.acl'), shipped('bridges.acl').replaceAll('SITE', SITE));
  // The dashboard of the plant sees all lines, and the shift lead commands in all of them.
  writeFileSync(
    join(folder, 'people.acl'),
    `${shipped('people.acl').replaceAll('BASE/', `${SITE}/+/`).replace(`read ${SITE}/+/#`, `read ${SITE}/#`)}\nuser dashboard\ntopic read micron-edge-bridge/+\n`,
  );
  appendFileSync(
    conf,
    shipped('plant-bridges.conf')
      .replaceAll('/etc/mosquitto/certs', join(folder, 'certs'))
      .replaceAll('/etc/mosquitto', folder)
      .replace('listener 8885', `listener ${bridges} 127.0.0.1`),
  );
  return { ...(await broker(conf, ports)), bridges };
}

/** The broker of a line, with its bridge. */
export async function startLine(
  folder: string,
  authority: Authority,
  line: string,
  plantPort: number,
): Promise<Broker> {
  const { conf, ports } = await writeSecured(folder, authority);
  for (const [from, to] of [
    [`bridge-${line}.pem`, 'bridge.pem'],
    [`bridge-${line}-key.pem`, 'bridge-key.pem'],
  ] as const) {
    cpSync(authority.file(from), join(folder, 'certs', to));
    chmodSync(join(folder, 'certs', to), 0o644);
  }
  const kept = join(folder, 'kept');
  mkdirSync(kept, { recursive: true });
  // For the user that Mosquitto becomes.
  chmodSync(kept, 0o777);
  appendFileSync(
    conf,
    shipped('line-bridge.conf')
      .replaceAll('/etc/mosquitto/certs', join(folder, 'certs'))
      .replaceAll('/var/lib/mosquitto/', `${kept}/`)
      .replaceAll('PLANT:8885', `localhost:${plantPort}`)
      .replaceAll('BASE/', `${BASE}/`)
      .replaceAll('SITE/', `${SITE}/`)
      .replaceAll('LINE', line)
      .replace('restart_timeout 2 20', 'restart_timeout 1 2'),
  );
  return broker(conf, ports);
}
