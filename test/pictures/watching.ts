import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'mqtt';
import type { BrowserContext } from 'playwright-core';
import { parseDocument } from 'yaml';
import { startBroker } from '../../agent/demo/broker.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { agent, freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { open, shoot } from './shot.ts';

/** Windows of each zone with a count in them, for a chart that shows something. */
const WINDOWS = 6;
const PATIENCE_MS = 8 * 60_000;

/** The demo's configuration, its daemon with the rendered cameras, and from it the local page and the live view. */
export async function plant(browser: BrowserContext, folder: string): Promise<void> {
  const scene = (name: string) => TestCamera.start({ file: join(ROOT, 'test/scene', `${name}.mp4`) });
  await using left = await scene('plant-a');
  await using right = await scene('plant-b');
  await using broker = await startBroker();
  const document = parseDocument(await readFile(join(ROOT, 'config/demo.yaml'), 'utf8'));
  const token = randomBytes(24).toString('base64url');
  const page = { port: await freePort(), tokenFile: 'token' };
  document.setIn(['cameras', 0, 'url'], left.url);
  document.setIn(['cameras', 1, 'url'], right.url);
  document.setIn(['mqtt', 'url'], broker.url);
  document.setIn(['page'], page);
  document.setIn(['log', 'level'], 'info');
  document.setIn(['live'], { port: await freePort() });
  document.setIn(['state'], { folder: join(folder, 'state') });
  const config = join(folder, 'plant.yaml');
  await writeFile(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  await writeFile(config, document.toString());

  const counted = new Map<string, number>();
  const reader = connect(broker.url, { protocolVersion: 4 });
  reader.on('connect', () => reader.subscribe('#'));
  reader.on('message', (topic, payload) => {
    if (topic.endsWith('/signal') && JSON.parse(payload.toString()).state === 'released')
      counted.set(topic, (counted.get(topic) ?? 0) + 1);
  });
  await using daemon = agent(['run', config]);
  try {
    await until(() => (daemon.stdout.match(/"streaming"/g) ?? []).length === 2, 'two cameras', {
      withinMs: 60_000,
    });
    await until(
      () => [...counted.values()].filter((windows) => windows >= WINDOWS).length === 2,
      `${WINDOWS} windows with counts (is this machine too busy?)`,
      { withinMs: PATIENCE_MS, everyMs: 500 },
    );
    const view = await open(browser, `http://127.0.0.1:${page.port}/#${token}`);
    await view.locator('article canvas').nth(1).waitFor();
    await view.waitForTimeout(500);
    // Down to the end of the zones.
    await shoot(view, 'agent/page/pictures/page.png', 1010);
    await live(browser, config);
  } finally {
    await reader.endAsync(true);
  }
}

async function live(browser: BrowserContext, config: string): Promise<void> {
  await using command = agent(['live', 'camera-a', config]);
  const link = await until(() => /http:\S+/.exec(command.stdout)?.[0], 'a link');
  const view = await open(browser, link, 1000);
  // Faces are found, followed and judged within seconds.
  await view.waitForTimeout(15_000);
  await shoot(view, 'agent/live/pictures/live.png');
  await view.close();
}
