import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createDetector } from '../../agent/detect/detector.ts';
import { fullRange } from '../../agent/detect/full-range.ts';
import type { DetectedFace } from '../../agent/domain/face.ts';
import { type PlanarImage, planarBytes, planesOf, type RawFrame } from '../../agent/domain/frame.ts';
import { type Box, centreOf, iou } from '../../agent/domain/geometry.ts';
import { createSession } from '../../agent/inference/session.ts';
import { MODELS_FOLDER, ROOT } from '../../agent/installation.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { TestCamera } from '../camera/camera.ts';
import { findChromium, startBrowser } from '../support/browser.ts';
import { dashboard, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent, freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { read, whyNoTesseract, writingOf } from './writing.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
const FILM = join(ROOT, 'test/scene/plant-a.mp4');
/** As configured; lower; and so low that it sees faces everywhere, also in a drawing of nobody. */
const SCORES = { configured: 0.5, low: 0.3, gullible: 0.05 };
/** Overlap of a box with that of a real face from which on it is that face. */
const SAME_FACE = 0.5;
const PICTURES = 2;

const chromium = findChromium();
const skip = chromium === undefined ? 'chromium is not installed' : whyNoTesseract();

interface Truth {
  readonly people: readonly { readonly frames: { readonly box: readonly number[][] } }[];
  readonly text: readonly { text: string; box: number[] }[];
}

/** A picture as a browser shows it, as the detector of the project gets its frames. */
function frameOf(png: Buffer): RawFrame {
  const { widthPx, heightPx } = SIZE;
  const filter = `scale=${widthPx}:${heightPx}:out_color_matrix=bt709:out_range=tv`;
  const args = ['-loglevel', 'error', '-i', '-', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'];
  const data = execFileSync('ffmpeg', args, { input: png, maxBuffer: planarBytes(widthPx, heightPx) + 1 });
  const image: PlanarImage = { ...SIZE, data: Uint8Array.from(data) };
  return { image, ptsMs: 0, arrivedMs: 0 } as unknown as RawFrame;
}

const rawPng = (): Buffer =>
  spawnSync(
    'ffmpeg',
    ['-loglevel', 'error', '-i', FILM, '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-'],
    { maxBuffer: 16 * 1024 * 1024 },
  ).stdout;

async function finders() {
  const { files } = await loadModelOf('face-detector', join(MODELS_FOLDER, 'face-detector'));
  const session = await createSession(
    { name: 'detector', bytes: files.detector! },
    { provider: 'cpu', threads: 1 },
  );
  const at = (minScore: number) =>
    createDetector(session, fullRange, { ...SIZE, minScore, farEveryFrames: 1 });
  return { configured: at(SCORES.configured), low: at(SCORES.low), gullible: at(SCORES.gullible) };
}

/** The whole daemon, the command, and a browser that shows what an integrator would see. */
t.test(
  'in a browser: zones and masks, no face, nothing of what is written in the room',
  skip === undefined ? { timeout: 200_000 } : { skip },
  async (t) => {
    // A socket has a short path.
    const folder = mkdtempSync(join(tmpdir(), 'live-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o755);
    const finder = await finders();
    const truth: Truth = JSON.parse(readFileSync(join(ROOT, 'test/scene/plant-a.json'), 'utf8'));
    await using camera = await TestCamera.start({ file: FILM });
    await using broker = await startMosquitto(join(folder, 'broker'));
    await using plant = dashboard(broker.url);
    const port = await freePort();
    const square = (left: number, top: number, right: number, bottom: number) => [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ];
    const config = writeConfig(join(folder, 'c'), {
      camera: camera.url,
      broker: broker.url,
      more: { live: { port, maxMinutes: 2 }, quality: { minFps: 3, minFaceHeightPx: 190 } },
      ofCamera: {
        analysis: SIZE,
        zones: [
          { id: 'press', name: 'Press line 4', polygon: square(0.08, 0.15, 0.45, 0.95), headCount: 6 },
          { id: 'inspection', polygon: square(0.56, 0.28, 0.96, 0.95), headCount: 5 },
        ],
        optOut: [square(0.9, 0.02, 1, 0.24)],
      },
    });
    await using daemon = agent(['run', config]);
    await until(() => /"streaming"/.test(daemon.stdout), 'a camera', { withinMs: 60_000 });
    await using command = agent(['live', 'cam', config]);
    const link = await until(() => /http:\S+/.exec(command.stdout)?.[0], 'a link');
    const token = new URL(link).hash.slice(1);

    await using browser = await startBrowser(chromium!);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(link);
    /** Brightness (0..255) of the shown picture at a place of the scene. */
    const levelAt = (x: number, y: number) =>
      page.evaluate(
        `document.querySelector('canvas')?.getContext('2d')?.getImageData(${x}, ${y}, 1, 1).data[1]`,
      ) as Promise<number>;
    const faces = truth.people.map(({ frames }): Box => {
      const [x, y, width, height] = frames.box[0]!;
      return { x: x!, y: y!, width: width!, height: height! };
    });
    const isGrey = (level: number) => level > 110 && level < 150;
    await until(async () => isGrey(await levelAt(480, 40)), 'a grey room', { withinMs: 60_000 });
    for (const face of faces) {
      const { x, y } = centreOf(face);
      await until(async () => (await levelAt(Math.round(x), Math.round(y))) < 70, 'a mask over each face', {
        withinMs: 60_000,
      });
    }

    t.equal(await page.title(), 'cam: live view');
    t.match(await page.locator('#left').textContent(), /^1:\d\d left$/);
    t.same(await page.locator('#overlay text').allTextContents(), ['Press line 4', 'inspection', 'opt-out']);
    t.equal(page.url(), `http://127.0.0.1:${port}/`, 'the token is out of the address');
    t.same(await browser.cookies(), []);
    t.notOk(asked.join().includes(token), 'and in no request');
    t.same(
      asked.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/`)),
      [],
      'nobody else is asked for anything',
    );
    t.same(complaints, [], 'the page does not complain');

    const real = (found: readonly DetectedFace[]) =>
      faces.filter((face) => found.some(({ box }) => iou(box, face) > SAME_FACE)).length;
    const scene = frameOf(rawPng());
    for (const [how, detect] of Object.entries(finder))
      t.equal(real(await detect(scene)), faces.length, `in the scene all faces are found (${how})`);
    const rawLuma = planesOf(scene.image)[0];
    for (let picture = 0; picture < PICTURES; picture++) {
      // As it came, and as it is on the screen with zones and names over it.
      const url = (await page.evaluate("document.querySelector('canvas').toDataURL()")) as string;
      const pictures = {
        picture: Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'),
        screen: await page.locator('#stage').screenshot(),
      };
      for (const [name, png] of Object.entries(pictures)) {
        const shown = frameOf(png);
        t.same(await finder.configured(shown), [], `${name}: no face`);
        for (const how of ['low', 'gullible'] as const) {
          const guesses = await finder[how](shown);
          t.equal(real(guesses), 0, `${name}: of ${guesses.length} guesses none is a face (${how})`);
        }
        for (const { words, box } of picture === 0 && name === 'screen' ? writingOf(truth) : []) {
          const before = await read(rawLuma, SIZE, box);
          t.ok(
            words.every((word) => before.includes(word)),
            `read in the scene: ${before}`,
          );
          const after = await read(planesOf(shown.image)[0], SIZE, box);
          t.notOk(
            words.some((word) => word.length > 2 && after.includes(word)),
            `${name}: and not in the view: "${after}"`,
          );
        }
      }
      await page.waitForTimeout(700);
    }

    const pause = agent(['pause', config]);
    await pause.exited;
    await page.locator('#state', { hasText: 'Cameras are no longer connected' }).waitFor({ timeout: 5_000 });
    t.equal(await page.locator('canvas').count(), 0, 'a pause takes the picture away');
    t.equal(await command.exited, 0);
    t.match(command.stdout, /closed: cameras are no longer connected/);
    await t.rejects(fetch(`http://127.0.0.1:${port}/`), 'nothing listens any more');
    const refused = agent(['live', 'cam', config]);
    t.equal(await refused.exited, 3);
    t.match(refused.stderr, /No camera is connected \(paused\)/);

    daemon.stop();
    await daemon.exited;
    const late = agent(['live', 'cam', config]);
    t.equal(await late.exited, 4);
    t.match(late.stderr, /No daemon runs/);
    const audit = agent(['audit', 'show', config]);
    await audit.exited;
    t.match(
      audit.stdout,
      /live-view-opened.*"cam".*live-view-closed.*"capture-ended".*live-view-refused.*"not-watching"/s,
    );
    for (const [name, text] of Object.entries({
      log: daemon.text(),
      audit: audit.text(),
      broker: JSON.stringify(plant.messages),
    }))
      t.notOk(text.includes(token), `the token is not in the ${name}`);
  },
);
