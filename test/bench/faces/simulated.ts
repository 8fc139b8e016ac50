import type { DetectedFace } from '../../../agent/domain/face.ts';
import { type Box, iou } from '../../../agent/domain/geometry.ts';
import { gaussian, seeded } from '../../support/random.ts';
import type { Placed } from './mot.ts';

/** How the detector of a simulated scene errs, and how the scene is shown. */
export interface SimulationOptions {
  readonly fps: number;
  readonly people: number;
  /** Share of frames that never come. */
  readonly dropped: number;
  /** Share of faces that a detection run misses, in bursts of about three frames. */
  readonly missed: number;
  /** False faces per frame. */
  readonly falsePerFrame: number;
  /** Everybody walks to and fro across the picture at one height, so that they cross all the time. */
  readonly crossing: boolean;
}

export const SIMULATION: SimulationOptions = {
  fps: 25,
  people: 3,
  dropped: 0,
  missed: 0.05,
  falsePerFrame: 0.02,
  crossing: false,
};

export interface SimulatedFrame {
  readonly ptsMs: number;
  /** Everybody who can be seen: at most half covered. */
  readonly truth: readonly Placed[];
  readonly faces: readonly DetectedFace[];
}

const [WIDTH, HEIGHT] = [960, 540];
const SECONDS = 20;
/** Of a face that is covered by more than this nobody sees anything; from the first on it is seen badly. */
const COVERED = 0.5;
const HALF_COVERED = 0.2;

interface Walker {
  x: number;
  y: number;
  vx: number;
  vy: number;
  /** Constant; larger is nearer, and covers. */
  readonly size: number;
  missing: number;
}

/** Share of `box` that `other` covers. */
function coverage(box: Box, other: Box): number {
  const overlap = iou(box, other);
  const [a, b] = [box.width * box.height, other.width * other.height];
  return (overlap * (a + b)) / (1 + overlap) / a;
}

const faceAt = (box: Box, score: number): DetectedFace => {
  const point = (u: number, v: number) => ({ x: box.x + u * box.width, y: box.y + v * box.height });
  return {
    box,
    score,
    landmarks: {
      leftEye: point(0.3, 0.35),
      rightEye: point(0.7, 0.35),
      nose: point(0.5, 0.55),
      mouth: point(0.5, 0.75),
    },
  };
};

/**
 * Boxes of people who walk about, and what a detector would say of them: noise of 2 % of the face's height (what the
 * close look shows on the rendered scene), misses in bursts, low scores when half covered, none when covered, and false
 * faces that stay for a frame or two. The same seed gives the same scene.
 */
export function* simulated(seed: number, options: SimulationOptions): Generator<SimulatedFrame> {
  const random = seeded(seed);
  const walkers: Walker[] = Array.from({ length: options.people }, (_, i) => ({
    x: (WIDTH * (i + 0.5)) / options.people,
    y: options.crossing ? HEIGHT / 2 + 12 * gaussian(random) : HEIGHT * (0.25 + 0.5 * random()),
    vx: (options.crossing ? 160 + 120 * random() : 120 * random()) * (i % 2 === 0 ? 1 : -1),
    vy: options.crossing ? 0 : 40 * gaussian(random),
    size: 50 + 50 * random(),
    missing: 0,
  }));
  const seconds = 1 / options.fps;
  let ghost: { box: Box; frames: number } | undefined;
  for (let frame = 0; frame < SECONDS * options.fps; frame++) {
    for (const walker of walkers) {
      // Faces speed up and slow down: in a second their speed wanders by one and a half face heights per second.
      walker.vx += 1.5 * walker.size * gaussian(random) * Math.sqrt(seconds);
      walker.vy += (options.crossing ? 0.2 : 0.6) * walker.size * gaussian(random) * Math.sqrt(seconds);
      if (Math.abs(walker.vx) > 320) walker.vx *= 0.9;
      walker.vy *= 0.98;
      walker.x += walker.vx * seconds;
      walker.y += walker.vy * seconds;
      // Nobody bounces off the edge of the picture: they slow down and turn.
      const push = (at: number, end: number) => {
        const margin = Math.min(end / 4, 2 * walker.size);
        return at < margin ? 1 - at / margin : at > end - margin ? -1 + (end - at) / margin : 0;
      };
      walker.vx += push(walker.x, WIDTH) * 1200 * seconds;
      walker.vy += push(walker.y, HEIGHT) * 600 * seconds;
    }
    const boxes = walkers.map(({ x, y, size }) => ({
      x: x - size / 2,
      y: y - size / 2,
      width: size,
      height: size,
    }));
    const covered = boxes.map((box, i) =>
      Math.max(
        0,
        ...boxes.map((other, j) => (walkers[j]!.size > walkers[i]!.size ? coverage(box, other) : 0)),
      ),
    );
    const faces: DetectedFace[] = [];
    walkers.forEach((walker, i) => {
      if (walker.missing > 0) walker.missing--;
      else if (random() < options.missed / 3) walker.missing = 1 + Math.floor(random() * 5);
      if (walker.missing > 0 || covered[i]! > COVERED) return;
      const box = boxes[i]!;
      const noise = (share: number) => share * box.height * gaussian(random);
      const size = box.height + noise(0.03);
      faces.push(
        faceAt(
          {
            x: box.x + (box.height - size) / 2 + noise(0.02),
            y: box.y + (box.height - size) / 2 + noise(0.02),
            width: size,
            height: size,
          },
          covered[i]! > HALF_COVERED ? 0.3 + 0.3 * random() : 0.7 + 0.25 * random(),
        ),
      );
    });
    if (ghost === undefined && random() < options.falsePerFrame) {
      const size = 40 + 60 * random();
      const box = {
        x: random() * (WIDTH - size),
        y: random() * (HEIGHT - size),
        width: size,
        height: size,
      };
      ghost = { box, frames: 1 + Math.floor(random() * 2) };
    }
    if (ghost !== undefined) {
      faces.push(faceAt(ghost.box, 0.5 + 0.1 * random()));
      if (--ghost.frames <= 0) ghost = undefined;
    }
    if (random() < options.dropped) continue;
    yield {
      ptsMs: frame * seconds * 1000,
      truth: boxes.flatMap((box, id) => (covered[id]! <= COVERED ? [{ id, box }] : [])),
      faces,
    };
  }
}
