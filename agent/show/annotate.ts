import type { Mask, MaskedFrame, PlanarImage } from '../domain/frame.ts';
import { AMBER, DARK, fill, GREEN, type Ink, outline, PALE, WHITE } from './ink.ts';
import { lineHeightPx, lineWidthPx, write } from './lettering.ts';

/** What the quality gate last said of a track: that its time counts, or why not. */
export type Verdict = string;

/** What the picture itself cannot tell. */
export interface Notes {
  /** Undefined: not judged yet. */
  verdict(trackId: number): Verdict | undefined;
  /** Pictures analysed per second, 0 while unknown. */
  readonly fps: number;
}

const COUNTED = 'counted';

/** Dots of the letters grow with the picture: 14 px high at 960 px. */
const scaleOf = ({ widthPx }: PlanarImage): number => Math.max(1, Math.round(widthPx / 480));

function appearance({ held, trackId }: Mask, notes: Notes): { readonly text: string; readonly ink: Ink } {
  if (held) return { text: 'not seen', ink: PALE };
  const verdict = notes.verdict(trackId);
  if (verdict === undefined) return { text: 'new', ink: PALE };
  return verdict === COUNTED
    ? { text: 'counts', ink: GREEN }
    : { text: verdict.replaceAll('-', ' '), ink: AMBER };
}

/**
 * Writes beside each mask how high the face is and whether its time counts, and at the lower edge the frame rate. What it
 * says exists as pixels of the view and nowhere else.
 */
export function annotate({ image, masks, unsure }: MaskedFrame, notes: Notes): void {
  const scale = scaleOf(image);
  for (const mask of masks) {
    const { text, ink } = appearance(mask, notes);
    outline(image, mask.area, scale, ink);
    label(image, mask, [`${Math.round(mask.face.height)} px`, text], scale, ink);
  }
  const rate = notes.fps === 0 ? '' : `${notes.fps.toFixed(1)} fps analysed`;
  banner(image, unsure ? 'detector unsure: all destroyed' : rate, unsure ? AMBER : WHITE);
}

/** A picture that says in words why there is none. */
export function placard(image: PlanarImage, text: string): void {
  image.data.fill(128);
  banner(image, text, AMBER);
}

/** Below the mask, above it where there is no room, and always within the picture. */
function label(image: PlanarImage, { area }: Mask, lines: readonly string[], scale: number, ink: Ink): void {
  const step = lineHeightPx(scale);
  const width = Math.max(...lines.map((line) => lineWidthPx(line, scale))) + 2 * scale;
  const height = lines.length * step + scale;
  const leftPx = Math.max(0, Math.min(image.widthPx - width, area.x));
  const below = area.y + area.height;
  const topPx =
    below + height <= image.heightPx - step
      ? below
      : Math.max(0, Math.min(image.heightPx - height, area.y - height));
  fill(image, { x: leftPx, y: topPx, width, height }, DARK);
  for (const [i, line] of lines.entries())
    write(image, line, { leftPx: leftPx + 2 * scale, topPx: topPx + scale + i * step }, scale, ink);
}

function banner(image: PlanarImage, text: string, ink: Ink): void {
  if (text === '') return;
  const scale = scaleOf(image);
  const height = lineHeightPx(scale) + scale;
  const topPx = image.heightPx - height;
  fill(image, { x: 0, y: topPx, width: lineWidthPx(text, scale) + 4 * scale, height }, DARK);
  write(image, text, { leftPx: 2 * scale, topPx: topPx + 2 * scale }, scale, ink);
}
