import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../agent/installation.ts';
import type { InferenceFault } from './faulty-inference.ts';

/** Makes the networks of processes that are started with `env` slow or hang, from `begin` to `end`. */
export function faultsOfInference(folder: string) {
  const file = join(folder, 'inference-fault.json');
  const preload = pathToFileURL(join(ROOT, 'dist/test/support/faulty-inference.js')).href;
  return {
    env: { NODE_OPTIONS: `--import=${preload}`, MICRON_EDGE_TEST_INFERENCE: file },
    begin: (fault: InferenceFault) => writeFileSync(file, JSON.stringify(fault)),
    end: () => rmSync(file, { force: true }),
  };
}
