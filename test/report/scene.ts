import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../../agent/cli/report.ts';
import { configOf, errorOf } from '../config/written.ts';
import { guarded, linesOf, PLANT, type Works } from './works.ts';

/** Calls `micron-edge report`; what it said, and what it wrote where it was told to. */
export async function reported(args: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await report(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

export const refused = (args: readonly string[]) => errorOf(reported(args));

/** Nine weeks of the plant of `works.ts` in a folder, with its configuration. */
export async function plant(folder: string, more: Partial<Works> = {}, text = PLANT) {
  const config = await configOf(text);
  const lines: string[] = [];
  const works = { config, seed: 7, from: '2026-09-01', days: 64, share: guarded, healthEveryMs: 900_000 };
  for await (const line of linesOf({ ...works, ...more })) lines.push(line);
  const path = (name: string) => join(folder, name);
  const write = (name: string, content: string) => {
    writeFileSync(path(name), content);
    return path(name);
  };
  return {
    lines,
    write,
    config: write('plant.yaml', text),
    recording: write('plant.jsonl', lines.join('')),
    /** Rows of a table of the report, by name of the column. */
    rows: (folderName: string, name: string) => {
      const [head, ...rest] = readFileSync(join(path(folderName), name), 'utf8')
        .trim()
        .split('\r\n')
        .map((row) => row.split(','));
      return rest.map((row) => Object.fromEntries(row.map((value, i) => [head![i]!, value])));
    },
    path,
  };
}
