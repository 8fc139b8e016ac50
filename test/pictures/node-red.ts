import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { boxWithHistory } from '../dashboards/history.ts';
import { NODE_RED_ACL, startNodeRed } from '../dashboards/node-red.ts';
import { BASE, startMosquitto } from '../support/plant.ts';
import { until } from '../support/until.ts';
import { open, shoot } from './shot.ts';

/** The Node-RED page, fed over Mosquitto with a made-up day by the daemon's own publisher. */
export async function nodeRed(browser: BrowserContext, folder: string): Promise<void> {
  await using broker = await startMosquitto(join(folder, 'broker'), undefined, NODE_RED_ACL);
  await using red = await startNodeRed(join(folder, 'node-red'), {
    baseTopic: BASE,
    brokerPort: broker.port,
  });
  await until(() => /Connected to broker/.test(red.text()), 'Node-RED at the broker');
  await using _box = await boxWithHistory(broker.url, 32, Date.now());
  const page = await open(browser, `${red.url}/dashboard/micron-edge`, 1340);
  // It scrolls inside itself.
  await page.setViewportSize({ width: 1340, height: 660 });
  const zones = page.locator('.me-zone');
  await until(async () => (await zones.count()) === 2, 'two zones', { withinMs: 60_000 });
  await page.waitForTimeout(1_000);
  await shoot(page, 'deploy/node-red/pictures/node-red.png');
}
