import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { iou } from '../../agent/domain/geometry.ts';
import { ROOT } from '../../agent/installation.ts';
import { follow, signingClips } from '../bench/faces/clips.ts';
import { labelledPictures } from '../bench/faces/labels.ts';
import { detectorOf, openFaceNetwork } from '../bench/faces/open.ts';
import { picturesOf } from '../support/film.ts';

const folder = join(ROOT, '../shared/data/real');
const skip = existsSync(folder) ? false : 'no real footage at ../shared/data/real';

t.test('real labelled pictures: nearly every face is found, and nothing else', { skip }, async (t) => {
  const session = await openFaceNetwork();
  let [wanted, found] = [0, 0];
  const surplus: string[] = [];
  for (const picture of labelledPictures(folder)) {
    for await (const { frame } of picturesOf(picture.path, picture)) {
      const faces = await detectorOf(session, picture)(frame);
      wanted += picture.faces.length;
      found += picture.faces.filter((face) => faces.some(({ box }) => iou(box, face) >= 0.5)).length;
      if (picture.faces.length === 0 && picture.ignore.length === 0 && faces.length > 0)
        surplus.push(basename(picture.path));
    }
  }
  t.ok(wanted > 0 && found >= 0.97 * wanted, `${found} of ${wanted} at an IoU of 0.5`);
  t.same(surplus, [], 'pictures without a face in which one was found');
});

t.test('whole real clips: one track for one person', { skip }, async (t) => {
  const session = await openFaceNetwork();
  for (const path of signingClips(folder)) {
    const { frames, tracks } = await follow(session, path, { widthPx: 640, heightPx: 480 });
    t.equal(tracks.length, 1, basename(path));
    t.ok(tracks[0]! >= 0.95 * frames, `${tracks[0]} of ${frames} frames`);
  }
});
