import type { Template } from '../domain/face.ts';

/** How far from the landmarks, in distances between the eyes. */
const EYE = { across: 0.36, up: 0.2 };
const BROW_ABOVE = 0.32;
const MOUTH = { across: 0.62, up: 0.42 };

/** 1 inside an ellipse, falling to 0 between 1 and 1.4 of its radii. */
const within = (x: number, y: number, rx: number, ry: number): number =>
  Math.min(1, Math.max(0, (1.4 - Math.hypot(x / rx, y / ry)) / 0.4));

/**
 * How much each place of the canonical crop says about where the skull is, 0..1: all of the face within its oval, little
 * where it moves by itself. Lids blink, mouth and chin talk, brows rise; the bridge of the nose, the forehead, the cheek
 * bones and the outline stay with the skull.
 */
export function skullWeights(template: Template, side: number, pitchPx: number): Float32Array {
  const [lx, ly] = template.leftEye;
  const [rx, ry] = template.rightEye;
  const unit = Math.hypot(rx - lx, ry - ly);
  const [ex, ey] = [(lx + rx) / 2, (ly + ry) / 2];
  const [mx, my] = template.mouth;
  const oval = { x: ex, y: ey + 0.42 * (my - ey), across: 1.05 * unit, up: 1.3 * unit };
  const weights = new Float32Array(side * side);
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i++) {
      const x = (column + 0.5) * pitchPx;
      const y = (row + 0.5) * pitchPx;
      if (Math.hypot((x - oval.x) / oval.across, (y - oval.y) / oval.up) > 1) continue;
      const eyes = Math.max(
        within(x - lx, y - ly, EYE.across * unit, EYE.up * unit),
        within(x - rx, y - ry, EYE.across * unit, EYE.up * unit),
      );
      const brows = Math.max(
        within(x - lx, y - ly + BROW_ABOVE * unit, EYE.across * unit, EYE.up * unit),
        within(x - rx, y - ry + BROW_ABOVE * unit, EYE.across * unit, EYE.up * unit),
      );
      // Below the mouth everything hangs on the jaw.
      const mouth =
        y > my
          ? within(x - mx, 0, 1.2 * unit, 1)
          : within(x - mx, y - my, MOUTH.across * unit, MOUTH.up * unit);
      weights[i] = (1 - 0.7 * eyes) * (1 - 0.6 * brows) * (1 - 0.95 * mouth);
    }
  }
  return weights;
}
