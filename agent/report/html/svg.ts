import { escapeMarkup } from '../../privacy/markup.ts';

/** Coordinates in SVG need no more digits. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${kind}"/>`;

export const text = (x: number, y: number, words: string, kind: string): string =>
  `<text x="${px(x)}" y="${px(y)}" class="${kind}">${escapeMarkup(words)}</text>`;

export const rect = (x: number, y: number, width: number, height: number, kind: string): string =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" class="${kind}"/>`;

/** @param label what those hear who cannot see it; the same stands in a table */
export const drawing = (width: number, height: number, label: string, parts: readonly string[]): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(label)}">${parts.join('')}</svg>`;

/** A linear axis with round ticks, three to six. */
export function axis(least: number, most: number): { least: number; most: number; ticks: number[] } {
  const span = Math.max(most - least, 1e-9);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((each) => each >= rough)!;
  const from = Math.floor(least / step + 1e-9);
  const to = Math.ceil(most / step - 1e-9);
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
  return { least: from * step, most: to * step, ticks };
}
