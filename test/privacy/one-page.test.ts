import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { factsOf } from '../../agent/privacy/papers/facts.ts';
import { html } from '../../agent/privacy/papers/html.ts';
import { paper } from '../../agent/privacy/papers/language.ts';
import { facts, model, REGIONS_ON, SPOKEN, TODAY } from './plant.ts';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const browser = BROWSERS.find((path) => existsSync(path));
const skip = browser === undefined ? 'no Chromium on this machine (Debian: chromium, fonts-noto-cjk)' : false;

/** Pages of the PDF that a browser prints; nothing of the page comes over the network. */
async function pagesOf(page: string, folder: string): Promise<number> {
  await writeFile(join(folder, 'page.html'), page);
  await promisify(execFile)(
    browser!,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--user-data-dir=${join(folder, 'profile')}`,
      '--no-pdf-header-footer',
      `--print-to-pdf=${join(folder, 'page.pdf')}`,
      `file://${join(folder, 'page.html')}`,
    ],
    { timeout: 120_000 },
  );
  return (await readFile(join(folder, 'page.pdf'), 'latin1')).match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
}

t.test(
  'notice and data sheet fit on one page A4 in both languages',
  { skip, timeout: 240_000 },
  async (t) => {
    const { config } = await loadConfig(join(ROOT, 'config/micron-edge.example.yaml'));
    for (const given of [
      factsOf(config, model('synthetic'), TODAY),
      await facts(),
      await facts(REGIONS_ON),
      await facts(['node: {', 'live: {}\nnode: {']),
    ])
      for (const kind of ['notice', 'datasheet'] as const)
        for (const language of SPOKEN)
          t.equal(
            await pagesOf(html(paper(kind, language, given)), t.testdir()),
            1,
            `${given.node}, ${kind}, ${language}`,
          );
  },
);
