import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../agent/installation.ts';
import { BASE, PASSWORDS } from '../support/plant.ts';
import { freePort, type Program, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const FOLDER = join(ROOT, 'deploy/node-red');

/** Node-RED and its dashboard as `deploy/node-red/package.json` pins them, installed once per machine and pin. */
async function installed(): Promise<string> {
  const pins = readFileSync(join(FOLDER, 'package.json'));
  const digest = createHash('sha256').update(pins).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `micron-edge-node-red-${digest}`);
  const mark = join(folder, 'installed');
  if (existsSync(mark)) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), pins);
  // 250 MB, so not in the project's own node_modules.
  await promisify(execFile)('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
  });
  writeFileSync(mark, '');
  return folder;
}

/** For boxes of any name, and for Node-RED, which shows all and gives commands. */
export const NODE_RED_ACL = `
user agent
topic write ${BASE}/micron-edge/+/#
topic read ${BASE}/micron-edge/+/command
user operator
topic read ${BASE}/#
topic write ${BASE}/micron-edge/+/command
`;

// biome-ignore lint/suspicious/noExplicitAny: a flow of Node-RED
export const flow = (): any[] => JSON.parse(readFileSync(join(FOLDER, 'flow.json'), 'utf8'));

/** Node-RED with our flow, the base topic and the broker filled in as an integrator does it by hand. */
export async function startNodeRed(
  userFolder: string,
  { baseTopic, brokerPort }: { baseTopic: string; brokerPort: number },
): Promise<Program & { readonly url: string }> {
  const modules = join(await installed(), 'node_modules');
  mkdirSync(userFolder, { recursive: true });
  // Where the palette manager would have put it.
  symlinkSync(modules, join(userFolder, 'node_modules'));
  const nodes = flow();
  const of = (type: string) => nodes.find((node) => node.type === type);
  of('tab').env[0].value = baseTopic;
  const broker = of('mqtt-broker');
  Object.assign(broker, { broker: '127.0.0.1', port: String(brokerPort) });
  const login = { [broker.id]: { user: 'operator', password: PASSWORDS.operator } };
  writeFileSync(join(userFolder, 'flow_cred.json'), JSON.stringify(login));
  writeFileSync(join(userFolder, 'flow.json'), JSON.stringify(nodes));
  writeFileSync(
    join(userFolder, 'settings.cjs'),
    `module.exports = ${JSON.stringify({
      uiHost: '127.0.0.1',
      flowFile: 'flow.json',
      credentialSecret: false,
      telemetry: { enabled: false, updateNotification: false },
      editorTheme: { tours: false },
      logging: { console: { level: 'info' } },
    })};\n`,
  );
  const port = await freePort();
  const red = program(
    process.execPath,
    [
      join(modules, 'node-red/red.js'),
      ...['--userDir', userFolder, '--settings', join(userFolder, 'settings.cjs'), '--port', String(port)],
    ],
    // The test runner's own would be loaded into it.
    { NODE_OPTIONS: '' },
  );
  await until(() => /Started flows/.test(red.text()) || red.child.exitCode !== null, 'Node-RED', {
    withinMs: 60_000,
  });
  if (red.child.exitCode !== null) throw new Error(`Node-RED has ended: ${red.text()}`);
  return Object.assign(red, { url: `http://127.0.0.1:${port}` });
}
