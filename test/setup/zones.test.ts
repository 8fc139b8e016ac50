import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseDocument } from 'yaml';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { apply, cameraIn } from '../../agent/setup/zones.ts';
import { TestCamera } from '../camera/camera.ts';
import { findChromium, startBrowser } from '../support/browser.ts';
import { agent, freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';

const CONFIG = `# Our plant
node: { id: box }
governance: { purpose: demo, jurisdiction: EU }
state: { folder: STATE }
mqtt: { url: mqtt://127.0.0.1:1, baseTopic: a }
cameras:
  # Over the press
  - id: front
    url: URL
    zones:
      - { id: all, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], headCount: 6 }
    optOut: [[[0.8, 0.8], [0.9, 0.8], [0.9, 0.9]]]
  - id: back # leave it
    url: rtsp://127.0.0.1:1/x
    zones: [{ id: other, polygon: [[0, 0], [1, 0], [1, 1]], headCount: 6 }]
`;
const SQUARE: [number, number][] = [
  [0.1, 0.1],
  [0.50001, 0.1],
  [0.5, 0.9],
];

t.test('a drawing replaces the areas of one camera and leaves all else', async (t) => {
  const document = parseDocument(CONFIG);
  apply(document, cameraIn(document, 'front')!, {
    type: 'save',
    zones: [{ id: 'left', name: 'Left side', headCount: 9, polygon: SQUARE }],
    optOut: [],
  });
  const text = document.toString();
  t.match(text, /# Our plant/);
  t.match(text, /# Over the press/);
  t.match(text, /back # leave it/);
  t.notMatch(text, /optOut|id: all/);
  t.match(text, /polygon: \[ ?\[ ?0\.1, 0\.1 ?\], \[ ?0\.5, 0\.1 ?\]/);
  t.equal(cameraIn(document, 'nobody'), undefined);
});

const chromium = findChromium();
t.test(
  'zones drawn in a browser',
  { skip: chromium === undefined ? 'there is no Chromium' : false },
  async (t) => {
    const folder = t.testdir();
    await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
    const path = join(folder, 'c.yaml');
    const port = await freePort();
    writeFileSync(path, CONFIG.replace('URL', camera.url).replace('STATE', join(folder, 'state')));
    await using command = agent(['setup', 'zones', 'front', path, '--port', String(port), '--yes']);
    const link = () => /http:\/\/127\.0\.0\.1:\S+/.exec(command.stdout)?.[0];
    const url = await until(link, 'the link', { withinMs: 60_000 });
    await using browser = await startBrowser(chromium!);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.waitForSelector('#picture .zone');
    await page.waitForSelector('#picture .face', { timeout: 60_000 });
    t.pass('boxes show where faces are');
    t.equal(
      await page.locator('#picture image, img, video, canvas').count(),
      0,
      'and nothing shows the picture',
    );

    // The zone that is there makes room for one that is drawn.
    await page.locator('li', { hasText: 'Zone' }).first().getByRole('button', { name: 'Remove' }).click();
    await page.click('#new-zone');
    const box = (await page.locator('#picture').boundingBox())!;
    const click = (x: number, y: number) => page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    for (const [x, y] of [
      [0.1, 0.1],
      [0.6, 0.1],
      [0.6, 0.7],
      [0.1, 0.7],
      [0.1, 0.1],
    ] as const)
      await click(x, y);
    const zone = page.locator('li', { hasText: 'Zone' });
    await zone.getByLabel('Id (in the topic)').fill('Press 2');
    await page.click('#save');
    await page.locator('#state.wrong', { hasText: 'lower-case letters' }).waitFor();
    t.pass('what is wrong is said on the page');
    await zone.getByLabel('Id (in the topic)').fill('press-2');
    await zone.getByLabel('Name').fill('Press 2, operating side');
    await zone.getByLabel(/^People/).fill('8');
    // A corner is dragged.
    await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.7 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.7 * box.width, box.y + 0.8 * box.height, { steps: 3 });
    await page.mouse.up();
    await page.click('#save');
    await page.locator('#state', { hasText: 'Saved' }).waitFor();
    t.equal(await command.exited, 0, command.stderr);
    t.match(command.stdout, /^\+ .*press-2/m, 'the terminal shows what has changed');
    const text = readFileSync(path, 'utf8');
    t.match(text, /# Our plant/);
    const { config } = await loadConfig(path);
    const [front] = config.cameras;
    t.match(front!.zones, [{ id: 'press-2', name: 'Press 2, operating side', headCount: 8 }]);
    t.equal(front!.zones.length, 1);
    const corners = front!.zones[0]!.polygon;
    for (const [i, [x, y]] of (
      [
        [0.1, 0.1],
        [0.6, 0.1],
        [0.7, 0.8],
        [0.1, 0.7],
      ] as const
    ).entries())
      t.ok(Math.hypot(corners[i]![0] - x, corners[i]![1] - y) < 0.01, `corner ${i} is where it was put`);
    t.equal(front!.optOut.length, 1, 'the opt-out area is still there');
    t.same(complaints, [], 'no complaint of the browser');
  },
);
