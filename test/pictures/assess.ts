import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { ROOT } from '../../agent/installation.ts';
import { agent } from '../support/processes.ts';
import { open, shoot } from './shot.ts';

/** What `micron-edge assess` says of a rendered scene. */
export async function assess(browser: BrowserContext, folder: string): Promise<void> {
  const html = join(folder, 'assess.html');
  await using program = agent(['assess', join(ROOT, 'test/scene/plant-a.mp4'), '--html', html]);
  if ((await program.exited) !== 0) throw new Error(program.text());
  process.stdout.write(program.stdout);
  await shoot(await open(browser, pathToFileURL(html).href), 'agent/assess/pictures/assess.png');
}
