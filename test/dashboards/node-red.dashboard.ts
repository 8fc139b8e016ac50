import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { BASE, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { boxWithHistory } from './history.ts';
import { NODE_RED_ACL, startNodeRed } from './node-red.ts';

/** Pictures for whoever wants to look at them. */
const PICTURES = process.env.MICRON_EDGE_PICTURES;

t.test('Node-RED shows signals, health and evidence, and its button pauses the cameras', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'), undefined, NODE_RED_ACL);
  await using red = await startNodeRed(join(folder, 'node-red'), {
    baseTopic: BASE,
    brokerPort: broker.port,
  });
  await until(() => /Connected to broker/.test(red.text()), 'Node-RED at the broker');
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: broker.url });
  await using box = await boxWithHistory(broker.url, 32, Date.now());
  await using daemon = agent(['run', config]);
  await using browser = await browse(red.url);
  const { page, faults } = browser;
  const shot = async (name: string) => {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `node-red-${name}.png`), fullPage: true });
  };

  await page.getByRole('alert').waitFor();
  t.match(await page.getByRole('alert').textContent(), /validated on synthetic faces only/);
  const zones = page.locator('.me-zone h3');
  await until(async () => (await zones.count()) === 3, 'three zones', { withinMs: 60_000 });
  t.same(
    (await zones.allTextContents()).map((text) => text.trim()),
    ['press box-1', 'assembly press-shop-2', 'press-2 press-shop-2'],
  );
  const history = page.locator('.me-zone').nth(1);
  // What never came is said last.
  await history.locator('.me-lost').waitFor();
  t.equal(await history.locator('svg').count(), 3);
  t.equal(await history.locator('svg').first().locator('.me-band').count(), 25, 'released windows');
  t.equal(await history.locator('svg').first().locator('.me-withheld').count(), 4, 'withheld windows');
  t.equal(await history.locator('svg').first().locator('.me-gap').count(), 1, 'what never came');
  t.match(
    await history.locator('.me-lost').textContent(),
    /^Never came: 3 windows, \d\d:\d\d–\d\d:\d\d: the broker was away for too long\.$/,
  );
  t.match(
    await history.locator('.me-withheld title').first().textContent(),
    /withheld, no camera was connected/,
  );
  t.match(await history.locator('.me-number').first().textContent(), /negative\s*-?\d+\s*± \d+/);

  t.match(await history.locator('.me-regions').textContent(), /mouth\s+118.*± 72/s);

  const card = page.locator('.men article', { hasText: 'box-1' });
  await card.getByText('cam streaming', { exact: false }).waitFor({ timeout: 60_000 });
  t.match(
    await page.locator('.men article', { hasText: 'press-shop-2' }).textContent(),
    /assembly-east waiting \(unreachable\)/,
  );
  await until(() => camera.clients === 1, 'the camera is watched');
  await shot('watching');
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.getByText('Done: pause.').waitFor();
  t.match(await card.textContent(), /paused over MQTT since/);
  await until(() => camera.clients === 0, 'the connection to end');
  t.pass('the camera sees the connection end');
  await shot('paused');
  await card.getByRole('button', { name: 'Resume' }).click();
  await card.getByText('Done: resume.').waitFor();
  // At once: only within five seconds it is too soon.
  await card.getByRole('button', { name: 'Resume' }).click();
  await card.getByText('No: too soon', { exact: false }).waitFor();
  t.pass('a refusal is told with its reason');
  await until(() => camera.clients === 1, 'the camera is watched again');

  await page
    .locator('.men article', { hasText: 'press-shop-2' })
    .getByRole('button', { name: 'Pause' })
    .click();
  await until(() => box.commands.length === 1, 'a command for the other box alone');
  t.match(box.commands, [{ command: 'pause', id: /^nr-/ }]);
  await page.setViewportSize({ width: 390, height: 844 });
  await shot('phone');
  const overflow = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  t.ok((overflow as number) <= 0, 'nothing is cut off on a phone');

  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  await card.getByText('offline').waitFor();
  t.same(faults, [], 'nothing to complain in the browser');
  const complaints = red
    .text()
    .split('\n')
    .filter((line) => /\[(error|warn)\]/.test(line));
  t.same(
    complaints.filter((line) => !/Projects disabled|Using unencrypted credentials/.test(line)),
    [],
    'nor in Node-RED',
  );
});

async function browse(url: string) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(`${url}/dashboard/micron-edge`);
  return { page, faults, [Symbol.asyncDispose]: () => browser.close() };
}
