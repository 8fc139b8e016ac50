/**
 * `npm run bench [-- --only ROW,ROW] [--quick] [--json FILE]`: what the daemon costs: each stage alone, the whole against
 * its bare kernels, against what a user would write instead, how many cameras this machine holds, and how cost grows.
 * Rows: stages, limit, peer, realtime, growth. About five minutes; `--quick` only shows that it runs.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Sightings } from './cost/daemon.ts';
import { type Bench, type Figure, ROWS, type Row, type RowName } from './cost/figure.ts';
import { Films } from './cost/films.ts';
import { growth } from './cost/growth.ts';
import { limit } from './cost/limit.ts';
import { describeMachine, machineLines } from './cost/machine.ts';
import { peer } from './cost/peer.ts';
import { realtime } from './cost/realtime.ts';
import { stages } from './cost/stages.ts';
import { table } from './cost/table.ts';

const PARTS: Readonly<Record<RowName, Row>> = { stages, limit, peer, realtime, growth };

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const names = values.only?.split(',') ?? ROWS;
for (const name of names)
  if (!(name in PARTS)) throw new Error(`no row ${name}; there are ${ROWS.join(', ')}`);

const machine = await describeMachine();
const folder = await mkdtemp(join(tmpdir(), 'micron-edge-bench-'));
const startedMs = performance.now();
try {
  const films = new Films(folder);
  const bench: Bench = {
    films,
    daemon: new Sightings(films, folder, values.quick),
    quick: values.quick,
    folder,
    note: (words) =>
      void process.stderr.write(`${Math.round((performance.now() - startedMs) / 1_000)} s  ${words}\n`),
  };
  const figures: Figure[] = [];
  const remarks: string[] = [];
  for (const name of names) {
    const part = await PARTS[name as RowName](bench);
    figures.push(...part.figures);
    remarks.push(...part.remarks);
  }
  const tookS = Math.round((performance.now() - startedMs) / 1_000);
  const about = [
    ...machineLines(machine),
    `${tookS} s${values.quick ? ', quick: figures mean nothing' : ''}`,
  ];
  process.stdout.write(`${about.join('\n')}\n\n${table(figures)}\n\n${remarks.join('\n')}\n`);
  if (values.json !== undefined)
    await writeFile(
      values.json,
      `${JSON.stringify({ schema: 'micron-edge/bench/1', machine, quick: values.quick, tookS, figures, remarks }, null, 2)}\n`,
    );
} finally {
  await rm(folder, { recursive: true, force: true });
}
