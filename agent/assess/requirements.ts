import type { Requirement, Verdict } from './assessment.ts';
import { codec } from './requirements/codec.ts';
import { faceHeight, followed, motion, noFaces, pose } from './requirements/faces.ts';
import { frameRate, latency, steadiness } from './requirements/pace.ts';
import { flicker, light, sharpness, shutter, view } from './requirements/picture.ts';
import { FEWEST_FACES, type Subject, worst } from './requirements/subject.ts';

/** Each thing that micro-expressions need of a camera, whether it is there, and what to change. */
export function requirementsOf(subject: Subject): Requirement[] {
  const faces = subject.measures.heights.count >= FEWEST_FACES;
  return [
    view(subject),
    frameRate(subject),
    steadiness(subject),
    ...(faces
      ? [
          faceHeight(subject),
          pose(subject),
          light(subject),
          sharpness(subject),
          followed(subject),
          motion(subject),
        ]
      : [noFaces()]),
    shutter(subject),
    flicker(subject),
    codec(subject),
    ...(subject.live ? [latency(subject)] : []),
  ];
}

/** The worst of all; without faces nothing is known, whatever else is good. */
export function overall(requirements: readonly Requirement[]): Verdict {
  const found = worst(
    requirements.filter(({ verdict }) => verdict !== 'unknown').map(({ verdict }) => verdict),
  );
  const faces = requirements.some(({ name }) => name === 'faces');
  return faces && found !== 'bad' ? 'unknown' : found;
}
