import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, startBrowser } from '../support/browser.ts';
import { assess } from './assess.ts';
import { nodeRed } from './node-red.ts';
import { report } from './report.ts';
import type { Painter } from './shot.ts';
import { plant } from './watching.ts';

/**
 * `npm run pictures [NAME...]`: the pictures of the documents, taken from the running product on rendered scenes. Whoever
 * changes a page runs it and looks at what comes; nothing compares pixels.
 */
const PAINTERS: Record<string, Painter> = { plant, assess, report, 'node-red': nodeRed };

const chromium = findChromium();
if (chromium === undefined) throw new Error('There is no Chromium: apt-get install chromium');
const asked = process.argv.slice(2);
for (const name of asked)
  if (PAINTERS[name] === undefined)
    throw new Error(`There is no picture "${name}". Known: ${Object.keys(PAINTERS).join(', ')}.`);
for (const [name, paint] of Object.entries(PAINTERS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  // Mosquitto, which gives up root's rights, goes through it.
  await chmod(folder, 0o755);
  try {
    await using browser = await startBrowser(chromium);
    await paint(browser, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
