import type { Template } from '../domain/face.ts';
import { REGIONS, type Region } from '../domain/signal.ts';

/**
 * Which face region a patch centre belongs to. Boundaries lie at fixed shares of the eye-to-mouth distance, so that one
 * rule serves every crop size: brows end a quarter above the eyes, the chin begins 0.35 below the mouth line.
 */
export function regionAt(template: Template, x: number, y: number): Region {
  const eyeY = (template.leftEye[1] + template.rightEye[1]) / 2;
  const height = template.mouth[1] - eyeY;
  const v = (y - eyeY) / height;
  const betweenEyes = (x - template.leftEye[0]) / (template.rightEye[0] - template.leftEye[0]);
  if (v < -0.2) return 'brows';
  if (v < 0.28) return betweenEyes > 0.4 && betweenEyes < 0.6 ? 'nose' : 'eyes';
  if (v < 0.7) return betweenEyes > 0.2 && betweenEyes < 0.8 ? 'nose' : 'cheeks';
  if (v < 1.35) return betweenEyes > -0.1 && betweenEyes < 1.1 ? 'mouth' : 'cheeks';
  return 'chin';
}

/** Patch-of-Interest mass per region: `poi` is `side * side` row-major and sums to 1; so does the result. */
export function massByRegion(poi: Float32Array, template: Template, sizePx: number): Record<Region, number> {
  const side = Math.round(Math.sqrt(poi.length));
  const patchPx = sizePx / side;
  const mass = Object.fromEntries(REGIONS.map((region) => [region, 0])) as Record<Region, number>;
  poi.forEach((weight, i) => {
    const x = ((i % side) + 0.5) * patchPx;
    const y = (Math.floor(i / side) + 0.5) * patchPx;
    mass[regionAt(template, x, y)] += weight;
  });
  return mass;
}

/**
 * The region to which the Patch of Interest is drawn most, against where it usually lies. By mass alone the large regions
 * win whatever moved, and by mass for its size the mouth, at which the network looks at any time.
 */
export const foremostRegion = (
  mass: Readonly<Record<Region, number>>,
  usual: Readonly<Record<Region, number>>,
): Region =>
  REGIONS.reduce((most, region) => (mass[region] / usual[region] > mass[most] / usual[most] ? region : most));
