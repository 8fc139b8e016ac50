import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';
import { BASE } from './plant.ts';
import { freePort, program } from './processes.ts';
import { until } from './until.ts';

/** What a broker needs, and the broker of the plant with those of its lines. */
const CERTIFICATES = [
  ...['server-ca.pem', 'broker.pem', 'broker-key.pem', 'nodes-ca.pem', 'nodes-crl.pem'],
  ...['people-ca.pem', 'people-crl.pem', 'bridges-ca.pem', 'bridges-crl.pem'],
];
const SHIPPED = join(ROOT, 'deploy/mosquitto');

/** The authorities of a plant, made by the script that we ship. */
export class Authority {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.run('init');
  }

  run(command: string, ...args: string[]): void {
    this.#script({}, command, ...args);
  }

  /** As `run`, but what it issues has run out. */
  runExpired(command: string, ...args: string[]): void {
    this.#script({ START: '20200101000000Z', END: '20210101000000Z' }, command, ...args);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  #script(env: Record<string, string>, ...args: string[]): void {
    execFileSync(join(SHIPPED, 'certificates.sh'), [this.folder, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

/** The configuration of Mosquitto that we ship: only paths, ports and the base topic are filled in. */
export async function writeSecured(folder: string, authority: Authority) {
  const certs = join(folder, 'certs');
  mkdirSync(certs, { recursive: true });
  // Mosquitto gives up root's rights before it reads its files.
  chmodSync(folder, 0o755);
  const install = () => {
    for (const name of CERTIFICATES) {
      cpSync(authority.file(name), join(certs, name));
      chmodSync(join(certs, name), 0o644);
    }
  };
  install();
  const ports = { nodes: await freePort(), people: await freePort() };
  const shipped = (name: string) => readFileSync(join(SHIPPED, name), 'utf8');
  for (const name of ['nodes.acl', 'people.acl'])
    writeFileSync(join(folder, name), shipped(name).replaceAll('BASE', BASE));
  const conf = join(folder, 'mosquitto.conf');
  writeFileSync(
    conf,
    shipped('micron-edge.conf')
      .replaceAll('/etc/mosquitto/certs', certs)
      .replaceAll('/etc/mosquitto', folder)
      .replace('listener 8883', `listener ${ports.nodes} 127.0.0.1`)
      .replace('listener 8884', `listener ${ports.people} 127.0.0.1`),
  );
  return { conf, ports, install };
}

/** A Mosquitto with that configuration. */
export async function startSecured(folder: string, authority: Authority) {
  const { conf, ports, install } = await writeSecured(folder, authority);
  const broker = program('mosquitto', ['-c', conf, '-v']);
  await until(() => /running/.test(broker.text()), 'mosquitto');
  return {
    text: () => broker.text(),
    ports,
    /** Certificates and revocations as they are now; SIGHUP, as `systemctl reload mosquitto`. */
    reload() {
      install();
      broker.child.kill('SIGHUP');
    },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
