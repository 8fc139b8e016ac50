/**
 * `npm run bench:faces [-- --only PART,PART] [--json FILE] [--films FOLDER]`: how well faces are found, followed, held still and watched,
 * with and without each mechanism. Parts: detection, tracking, warp, smoothing, registration, opencv, pose, spotting. Synthetic
 * scenes come with the repository, further ones that nothing was tuned on lie in FOLDER (test/scene/README.md); real footage is looked for in ../shared/data/real, and what needs it is marked as
 * skipped without it, as is a library that is not installed.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../agent/installation.ts';
import { detection } from './faces/detection.ts';
import { opencv } from './faces/opencv.ts';
import { pose } from './faces/pose.ts';
import { registration } from './faces/registration.ts';
import type { Bench, Part, Row } from './faces/row.ts';
import { smoothing } from './faces/smoothing.ts';
import { spotting } from './faces/spotting.ts';
import { table } from './faces/table.ts';
import { tracking } from './faces/tracking.ts';
import { warping } from './faces/warping.ts';

const PARTS: Readonly<Record<string, Part>> = {
  detection,
  tracking,
  warp: warping,
  smoothing,
  registration,
  opencv,
  pose,
  spotting,
};

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, films: { type: 'string' } },
});
const names = values.only?.split(',') ?? Object.keys(PARTS);
const real = join(ROOT, '../shared/data/real');
const bench: Bench = {
  realFolder: existsSync(real) ? real : undefined,
  filmsFolder: values.films,
  note: (words) => void process.stderr.write(`${words}\n`),
};

const rows: Row[] = [];
for (const name of names) {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`no part ${name}; there are ${Object.keys(PARTS).join(', ')}`);
  rows.push(...(await part(bench)));
}
process.stdout.write(`${table(rows)}\n`);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ schema: 'micron-edge/bench-faces/1', rows }, null, 2)}\n`);
