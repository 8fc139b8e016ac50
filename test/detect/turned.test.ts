import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { fullRange } from '../../agent/detect/full-range.ts';
import { createTurnedLook } from '../../agent/detect/turned.ts';
import type { PlanarImage } from '../../agent/domain/frame.ts';
import type { Box } from '../../agent/domain/geometry.ts';
import { ROOT } from '../../agent/installation.ts';
import { openFaceNetwork } from '../bench/faces/open.ts';

const session = await openFaceNetwork();
const EVERY = 250;

/** The first picture of a scene through a filter. */
function picture(scene: string, filter: string, widthPx: number, heightPx: number): PlanarImage {
  const args = ['-v', 'error', '-i', join(ROOT, 'test/scene', `${scene}.mp4`), '-frames:v', '1'];
  const as = ['-vf', `${filter},scale=${widthPx}:${heightPx}`, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'];
  return { widthPx, heightPx, data: new Uint8Array(execFileSync('ffmpeg', [...args, ...as])) };
}

/** So many pictures, and the detector finds this in each; how many a face was found for that the turned picture shows. */
async function looked(image: PlanarImage, frames: number, seen: readonly { readonly box: Box }[] = []) {
  const turned = createTurnedLook(session, fullRange, image);
  for (let i = 0; i < frames; i++) await turned.look(image, seen);
  return turned.frames();
}

t.test('who stands upright in a turned picture only is found out', async (t) => {
  const side = (filter: string) => picture('plant-a', `crop=304:540:110:0,${filter}`, 960, 540);
  for (const [name, image] of [
    ['on its side', side('transpose=clock')],
    ['on the other', side('transpose=cclock')],
    ['head down', picture('plant-b', 'hflip,vflip', 960, 540)],
  ] as const) {
    const frames = await looked(image, 4 * EVERY);
    t.ok(frames >= 2 * EVERY && frames % EVERY === 0, `${name}: ${frames} of ${4 * EVERY} pictures`);
  }
});

t.test('a room with nobody in it, and one with people who stand', async (t) => {
  t.equal(await looked(picture('plant-a', 'crop=160:90:470:60', 960, 540), 3 * EVERY), 0, 'nobody');
  // Even if the detector were blind.
  t.equal(await looked(picture('plant-b', 'null', 960, 540), 3 * EVERY), 0, 'upright');
});

t.test('not what the detector has found already, and not too often', async (t) => {
  const image = picture('plant-a', 'crop=304:540:110:0,transpose=clock', 960, 540);
  const box = { x: 400, y: 150, width: 320, height: 300 };
  t.equal(await looked(image, 4 * EVERY, [{ box }]), 0, 'seen as it is');
  t.equal(
    await looked(image, 4 * EVERY, [{ box: { ...box, x: 0, width: 100 } }]),
    4 * EVERY,
    'somebody else is seen',
  );
  t.equal(await looked(image, EVERY - 1), 0, 'too early');
});
