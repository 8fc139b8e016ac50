import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlanarImage, planesOf, type RawFrame } from '../../../agent/domain/frame.ts';
import { type Box, centreOf, grow, type Point } from '../../../agent/domain/geometry.ts';
import { ROOT } from '../../../agent/installation.ts';
import { picturesOf } from '../../support/film.ts';
import type { Placed } from './mot.ts';
import { asFrame, copyOf } from './picture.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
/** How much of the picture around a face is cut out with it, as an ellipse with a soft edge. */
const CUT_OUT = 1.5;
const SOFT = 0.12;
/** Of a face that is covered by more than this there is nothing to find. */
const COVERED = 0.5;

/** Whoever was covered for longer is somebody new: nobody may be recognised again. */
const FORGOTTEN_MS = 1_000;

interface SceneTruth {
  readonly people: readonly {
    readonly frames: { readonly box: readonly (readonly [number, number, number, number])[] };
  }[];
}

export interface ComposedFrame {
  readonly frame: RawFrame;
  readonly truth: readonly Placed[];
}

const truthOf = (scene: string) =>
  JSON.parse(readFileSync(join(ROOT, `test/scene/${scene}.json`), 'utf8')) as SceneTruth;

const boxAt = (truth: SceneTruth, person: number, frame: number): Box => {
  const [x, y, width, height] = truth.people[person]!.frames.box[frame]!;
  return { x, y, width, height };
};

/** Pastes what is around `box` in `from` into `to`, so that the middle of the box comes to `at`. */
function paste(from: PlanarImage, box: Box, to: PlanarImage, at: Point): void {
  const area = grow(box, CUT_OUT);
  const centre = centreOf(box);
  // Whole cells of 2 x 2 pixels, so that chroma moves with its luma.
  const [dx, dy] = [2 * Math.round((at.x - centre.x) / 2), 2 * Math.round((at.y - centre.y) / 2)];
  const target = planesOf(to);
  planesOf(from).forEach((plane, index) => {
    const factor = index === 0 ? 1 : 2;
    const [width, height] = [from.widthPx / factor, from.heightPx / factor];
    const first = (value: number) => Math.max(0, Math.floor(value / factor));
    for (let y = first(area.y); y < Math.min(height, (area.y + area.height) / factor); y++) {
      for (let x = first(area.x); x < Math.min(width, (area.x + area.width) / factor); x++) {
        const [tx, ty] = [x + dx / factor, y + dy / factor];
        if (tx < 0 || ty < 0 || tx >= width || ty >= height) continue;
        const u = ((x + 0.5) * factor - centre.x) / (area.width / 2);
        const v = ((y + 0.5) * factor - centre.y) / (area.height / 2);
        const share = Math.max(0, Math.min(1, (1 - Math.hypot(u, v)) / SOFT));
        const i = ty * width + tx;
        target[index]![i] = Math.round(target[index]![i]! * (1 - share) + plane[y * width + x]! * share);
      }
    }
  });
}

/** Share of `box` that the cut-out of a face at `front` covers, both as boxes. */
function covered(box: Box, front: Box): number {
  const shown = grow(front, CUT_OUT * 0.85);
  const width = Math.min(box.x + box.width, shown.x + shown.width) - Math.max(box.x, shown.x);
  const height = Math.min(box.y + box.height, shown.y + shown.height) - Math.max(box.y, shown.y);
  return width <= 0 || height <= 0 ? 0 : (width * height) / (box.width * box.height);
}

/**
 * The two rendered films in one: the three people of plant-b stand, and the two of plant-a, cut out with their heads, go
 * to and fro before them and each other, at up to 7 pixels a frame. Nothing of it is stored anywhere.
 */
export async function* crossing(frames: number): AsyncGenerator<ComposedFrame, void, undefined> {
  const [a, b] = [truthOf('plant-a'), truthOf('plant-b')];
  const seen = new Map<number, { id: number; ms: number }>();
  let nextId = 0;
  const anew = ({ id, box }: Placed, ptsMs: number): Placed => {
    const last = seen.get(id);
    const same = last !== undefined && ptsMs - last.ms <= FORGOTTEN_MS ? last.id : nextId++;
    seen.set(id, { id: same, ms: ptsMs });
    return { id: same, box };
  };
  const walkers = picturesOf(join(ROOT, 'test/scene/plant-a.mp4'), SIZE);
  const room = picturesOf(join(ROOT, 'test/scene/plant-b.mp4'), SIZE);
  try {
    for (let frame = 0; frame < frames; frame++) {
      const cast = await walkers.next();
      const stage = await room.next();
      if (cast.done === true || stage.done === true) return;
      const image = copyOf(stage.value.frame.image);
      const { ptsMs } = stage.value.frame;
      const standing = b.people.map((_, person) => boxAt(b, person, frame));
      const line = Math.max(...standing.map((box) => centreOf(box).y));
      // From the back to the front.
      const shown: Placed[] = standing.map((box, id) => ({ id, box }));
      for (const [person, phase, down] of [
        [0, 0, 10],
        [1, Math.PI * 0.9, 40],
      ] as const) {
        const box = boxAt(a, person, frame);
        const swing = Math.sin((2 * Math.PI * frame) / 375 + phase);
        const at = { x: SIZE.widthPx / 2 + 380 * swing, y: line + down };
        paste(cast.value.frame.image, box, image, at);
        const centre = centreOf(box);
        const moved = {
          ...box,
          x: box.x + 2 * Math.round((at.x - centre.x) / 2),
          y: box.y + 2 * Math.round((at.y - centre.y) / 2),
        };
        shown.push({ id: standing.length + person, box: moved });
      }
      cast.value.release();
      stage.value.release();
      const truth = shown.filter(
        ({ box }, i) =>
          !shown.some((other, j) => j > i && j >= standing.length && covered(box, other.box) > COVERED) &&
          centreOf(box).x > box.width / 2 &&
          centreOf(box).x < SIZE.widthPx - box.width / 2,
      );
      yield { frame: asFrame(image, ptsMs), truth: truth.map((placed) => anew(placed, ptsMs)) };
    }
  } finally {
    await walkers.return();
    await room.return();
  }
}
