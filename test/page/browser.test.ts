import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { findChromium, startBrowser } from '../support/browser.ts';
import { gapOf, HEALTH, obey, page, signalOf, TOKEN, withheld } from './scene.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const chromium = findChromium();
/** A folder for pictures of it, for whoever wants to look at one. */
const PICTURES = process.env.MICRON_EDGE_PICTURES;

/** Rules that the page breaks, by axe-core: WCAG 2.2 A and AA and good practice. */
async function broken(page: Page): Promise<string[]> {
  // Over the protocol of the browser's tools: the page's own policy lets no foreign script in.
  await page.evaluate(AXE);
  return page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  );
}

t.test(
  'the page in a browser',
  { skip: chromium === undefined ? 'there is no Chromium' : false },
  async (t) => {
    const plant = await page(t);
    obey(plant);
    for (const ago of [3, 2, 1]) plant.release(signalOf(ago));
    plant.release(withheld(0));
    plant.process.gap(gapOf(1, 2));
    plant.outlet.capture({ state: 'watching' });
    plant.outlet.health(HEALTH);
    await plant.audit.append({ event: 'pause', detail: { by: 'mqtt' } });
    plant.outlet.auditHead({ seq: 1, hash: '' });
    await using browser = await startBrowser(chromium!);
    const view = await browser.newPage();
    const complaints: string[] = [];
    view.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    view.on('pageerror', (error) => complaints.push(error.message));
    view.on('dialog', (dialog) => void dialog.accept());
    const asked = new Set<string>();
    view.on('request', (request) => asked.add(new URL(request.url()).origin));

    await view.goto(plant.origin);
    await view.waitForSelector('#login form', { state: 'visible' });
    t.same(await broken(view), [], 'the login has no barriers');
    await view.fill('#token', TOKEN);
    await view.click('#login button');
    await view.waitForSelector('article canvas');
    t.same(complaints, []);

    t.equal(await view.textContent('#node'), 'box');
    t.equal(await view.locator('article').count(), 2, 'a card for each zone');
    const left = view.locator('article').first();
    t.match(await left.locator('.latest').textContent(), /withheld: too little was seen/);
    t.match(
      await left.locator('.lost').textContent(),
      /^Not delivered: 2 windows of this zone, .* the broker was away for too long/,
    );
    t.equal(await view.locator('.lost p').count(), 1, 'and at no other zone');
    t.match(await left.locator('.budget').textContent(), /12 of epsilon 32/);
    t.match(await left.locator('.portrait').getAttribute('aria-label'), /Brows 390, Eyes 12/);
    t.match(await view.textContent('#evidence'), /synthetic faces only/);
    t.match(await view.textContent('#cameras'), /unauthorised/);
    t.match(await view.textContent('#facts'), /not connected \(broker-unreachable\), 2 signals waiting/);
    t.match(await view.textContent('#audit'), /paused.*by mqtt/);

    await left.locator('summary').click();
    await left.locator('.label.surprise').click();
    t.equal(await left.locator('.label.surprise').getAttribute('aria-pressed'), 'true');
    t.equal(await left.locator('details').getAttribute('open'), '', 'figures stay open');
    t.match(await left.locator('tbody tr').nth(1).textContent(), /42207300± 36/, 'negative 42, 20, 7, 300');

    plant.release(signalOf(0, { zone: 'right' }));
    const right = view.locator('article').nth(1);
    await right.locator('.latest', { hasText: 'Negative 41, ± 36' }).waitFor();
    t.pass('a new window is there without loading anew');

    await view.click('#pause');
    await view.locator('#capture', { hasText: 'Paused on this page' }).waitFor();
    await view.locator('#pause', { hasText: 'Resume capture' }).click();
    await view.locator('#capture', { hasText: 'Cameras are connected' }).waitFor();
    t.pass('paused and resumed');

    for (const scheme of ['light', 'dark'] as const) {
      await view.emulateMedia({ colorScheme: scheme });
      if (PICTURES !== undefined)
        await view.screenshot({ path: join(PICTURES, `page-${scheme}.png`), fullPage: true });
      t.same(await broken(view), [], `${scheme}: no barriers`);
    }
    await view.selectOption('#language', 'ja');
    t.equal(await view.getAttribute('html', 'lang'), 'ja');
    t.match(await view.textContent('#zones-title'), 'ゾーン');
    t.same(await broken(view), [], 'Japanese: no barriers');
    const english = await view.evaluate(
      '[...document.querySelectorAll("h2, h3, th, button, dt, label")].map((e) => e.textContent).filter((text) => /[a-z]{3}/.test(text) && !["left", "right"].includes(text))',
    );
    t.same(english, [], 'nothing is left in English');
    await view.setViewportSize({ width: 360, height: 740 });
    const wider = 'document.documentElement.scrollWidth > innerWidth';
    t.equal(await view.evaluate(wider), false, 'on a phone nothing sticks out');

    await view.click('#logout');
    await view.waitForSelector('#login form', { state: 'visible' });
    t.same(complaints, [], 'no complaint of the browser, and none of its policy');
    t.same([...asked], [plant.origin], 'it asks nobody else for anything');
  },
);
