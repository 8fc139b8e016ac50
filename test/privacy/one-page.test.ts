import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { factsOf } from '../../agent/privacy/papers/facts.ts';
import { html } from '../../agent/privacy/papers/html.ts';
import { paper } from '../../agent/privacy/papers/language.ts';
import { findChromium, startBrowser } from '../support/browser.ts';
import { facts, model, REGIONS_ON, SPOKEN, TODAY } from './plant.ts';

const chromium = findChromium();

t.test(
  'notice and data sheet fit on one page A4 in both languages',
  { skip: chromium === undefined ? 'no Chromium on this machine (Debian: chromium, fonts-noto-cjk)' : false },
  async (t) => {
    await using browser = await startBrowser(chromium!);
    const page = await browser.newPage();
    /** Pages of the PDF that a browser prints. */
    const pagesOf = async (document: string) => {
      await page.setContent(document);
      const pdf = await page.pdf({ preferCSSPageSize: true });
      return pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
    };
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
            await pagesOf(html(paper(kind, language, given))),
            1,
            `${given.node}, ${kind}, ${language}`,
          );
  },
);
