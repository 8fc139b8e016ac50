import { join } from 'node:path';
import { createRegistration } from '../../agent/align/registration.ts';
import { apply, fitSimilarity } from '../../agent/align/similarity.ts';
import { readTruth } from '../../agent/cli/evaluation-files.ts';
import { keptBox, type Landmarks } from '../../agent/domain/face.ts';
import type { Point } from '../../agent/domain/geometry.ts';
import type { Person } from '../../agent/evaluate/truth.ts';
import { ROOT } from '../../agent/installation.ts';
import { picturesOf } from './film.ts';
import { gaussian, seeded } from './random.ts';
import { TARGET, TEMPLATE } from './registered.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
/** Of the face's height: what the full-range detector's landmarks tremble by. */
const TREMBLE = 0.008;
/** A face is followed for so long before it turns, and a bit after; frames of 40 ms. */
const BEFORE = 25;
const AFTER = 5;
/** 200 ms, the longest lag over which crops are compared. */
const LAG = 5;

/** Root mean square motion of eyes and nose in the crop within 200 ms, px of 112; and how many pairs it is taken from. */
export interface Left {
  readonly landmarks: number;
  readonly registered: number;
  readonly pairs: number;
}

/** Frames in which a person turns the head and does nothing else but blink. */
const turnsOf = ({ events }: Person): readonly (readonly [number, number])[] =>
  events
    .filter(({ kind }) => kind === 'head-motion')
    .map(({ onsetFrame, offsetFrame }) => [onsetFrame, offsetFrame] as const)
    .filter(
      ([from, to]) =>
        !events.some(
          ({ kind, onsetFrame, offsetFrame }) =>
            kind !== 'blink' && kind !== 'head-motion' && onsetFrame < to && offsetFrame > from,
        ),
    );

/**
 * What is left in the crop of heads that turn, in the rendered films of test/scene: with crops cut by landmarks that
 * tremble as the detector's do, and with registration.
 */
export async function leftOfTurns(film: 'plant-a' | 'plant-b', seed: number): Promise<Left> {
  const scene = join(ROOT, 'test/scene', film);
  const { people } = await readTruth(`${scene}.json`);
  const wanted = people.flatMap((person) =>
    turnsOf(person).map(([from, to]) => ({
      person,
      from: Math.max(0, from - BEFORE),
      to: to + AFTER,
      first: from,
    })),
  );
  const random = seeded(seed);
  const registration = createRegistration(TEMPLATE, 112);
  const sums = { landmarks: 0, registered: 0 };
  let pairs = 0;
  const placed = wanted.map(() => new Map<number, Record<keyof typeof sums, Point[]>>());
  const last = Math.max(...wanted.map(({ to }) => to));
  let frame = -1;
  const pictures = picturesOf(`${scene}.mp4`, SIZE);
  for await (const { frame: picture, release } of pictures) {
    frame++;
    wanted.forEach(({ person, from, to, first }, i) => {
      if (frame < from || frame > to) return;
      const [x, y, width, height] = person.frames.box[frame]!;
      const truth = NAMES.map((name) => {
        const [px, py] = person.frames.landmarks[name]![frame]!;
        return { x: px, y: py };
      });
      const off = (value: number) => value + TREMBLE * height * gaussian(random);
      const seen = truth.map((point) => ({ x: off(point.x), y: off(point.y) }));
      const landmarks = Object.fromEntries(NAMES.map((name, k) => [name, seen[k]!])) as unknown as Landmarks;
      const box = keptBox({ x, y, width, height });
      const plain = fitSimilarity(seen, TARGET)!;
      const found = registration.register(picture.image, i + 1, box, landmarks, frame * 40)!;
      const now = {
        landmarks: truth.map((point) => apply(plain, point)),
        registered: truth.map((point) => apply(found.transform, point)),
      };
      placed[i]!.set(frame, now);
      const then = placed[i]!.get(frame - LAG);
      // Lids move the middle of an eye.
      const blinks = person.events.some(
        ({ kind, onsetFrame, offsetFrame }) =>
          kind === 'blink' && onsetFrame <= frame && offsetFrame >= frame - LAG,
      );
      if (then === undefined || frame < first || blinks) return;
      pairs++;
      for (const kind of ['landmarks', 'registered'] as const)
        for (let k = 0; k < 3; k++)
          sums[kind] +=
            ((now[kind][k]!.x - then[kind][k]!.x) ** 2 + (now[kind][k]!.y - then[kind][k]!.y) ** 2) / 3;
    });
    release();
    if (frame >= last) break;
  }
  const rms = (sum: number) => Math.sqrt(sum / pairs);
  return {
    landmarks: rms(sums.landmarks),
    registered: rms(sums.registered),
    pairs,
  };
}
