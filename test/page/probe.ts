import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Tries what the page's process must not be able to do, and tells its parent what came of it. */
const [state, root] = process.argv.slice(2) as [string, string];

const ATTEMPTS: Readonly<Record<string, () => unknown>> = {
  'read the page': () => readFile(join(root, 'agent/page/web/index.html')),
  'read the ledger': () => readFile(join(state, 'ledger')),
  'read the configuration': () => readFile(join(root, 'config/demo.yaml')),
  'read passwords': () => readFile('/etc/passwd'),
  'read a process': () => readFile('/proc/self/environ'),
  'write a file': () => writeFile(join(state, 'new'), 'x'),
  'start a process': () => spawn('true'),
  'start a thread': () => new Worker('0', { eval: true }),
  'load native code': () => process.dlopen({ exports: {} } as NodeJS.Module, join(state, 'none.node')),
};

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(ATTEMPTS))
  try {
    await attempt();
    outcomes[name] = 'done';
  } catch (error) {
    outcomes[name] = (error as NodeJS.ErrnoException).code ?? String(error);
  }
process.send!(outcomes, () => process.exit(0));
