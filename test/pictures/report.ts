import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { configOf } from '../config/written.ts';
import { guarded, linesOf, PLANT } from '../report/works.ts';
import { agent } from '../support/processes.ts';
import { open, shoot } from './shot.ts';

/** Without the name that tries the report's escaping. */
const WORKS = PLANT.replace('Presses <1 & 2>', 'Presses');

/** What `micron-edge report` makes of nine simulated weeks, told by the daemon's own release step. */
export async function report(browser: BrowserContext, folder: string): Promise<void> {
  const [recording, config, html] = ['plant.jsonl', 'plant.yaml', 'report.html'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const lines: string[] = [];
  for await (const line of linesOf({
    ...{ config: await configOf(WORKS), seed: 7, from: '2026-09-01', days: 64 },
    ...{ share: guarded, healthEveryMs: 900_000 },
  }))
    lines.push(line);
  await writeFile(recording, lines.join(''));
  await writeFile(config, WORKS);
  await using program = agent(['report', recording, '--config', config, '--out', html]);
  if ((await program.exited) !== 0) throw new Error(program.text());
  await shoot(await open(browser, pathToFileURL(html).href), 'agent/report/pictures/report.png', 1500);
}
