import type { FaceFrames } from '../../domain/quality.ts';
import type { Requirement } from '../assessment.ts';
import { FEWEST_FACES } from './subject.ts';

/** Share of those that could be judged, so that what is refused for something else before counts for neither. */
export function passing(
  faceTime: FaceFrames,
  reason: 'exposure' | 'blur' | 'motion' | 'hidden',
): number | undefined {
  const later = {
    hidden: ['hidden', 'face-height', 'pose', 'exposure', 'blur', 'motion', 'counted'],
    exposure: ['exposure', 'blur', 'motion', 'counted'],
    blur: ['blur', 'motion', 'counted'],
    motion: ['motion', 'counted'],
  } as const;
  const judged = later[reason].reduce((sum, each) => sum + faceTime[each], 0);
  return judged < FEWEST_FACES / 2 ? undefined : 1 - faceTime[reason] / judged;
}

export const notJudged = (name: string, wanted: string): Requirement => ({
  name,
  verdict: 'unknown',
  found: 'too few faces came so far',
  wanted,
  advice: 'Mend first what is bad above, then assess again.',
});
