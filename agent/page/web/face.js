import { words } from './words.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Six regions as shapes of a plain face, 100 x 120. */
const SHAPES = {
  brows: ['M26 42q12-8 22-2v5q-10-5-21 1z', 'M74 42q-12-8-22-2v5q10-5 21 1z'],
  eyes: ['M28 54q9-7 18 0q-9 6-18 0z', 'M72 54q-9-7-18 0q9 6 18 0z'],
  nose: ['M46 56h8l4 20q-8 5-16 0z'],
  cheeks: ['M22 62q10 0 16 8q0 12-8 14q-8-8-8-22z', 'M78 62q-10 0-16 8q0 12 8 14q8-8 8-22z'],
  mouth: ['M36 88q14-7 28 0q-14 10-28 0z'],
  chin: ['M40 101q10-3 20 0q-4 9-10 9t-10-9z'],
};

const svg = (name, attributes) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

/**
 * Sums of regions over windows. The noises of n windows are independent, so that their intervals add up by squares
 * (a normal approximation, good from some five windows on).
 */
export function sumRegions(signals) {
  const told = signals.filter(({ regions }) => regions !== undefined);
  const sums = {};
  for (const name of Object.keys(SHAPES))
    sums[name] = told.reduce((sum, { regions }) => sum + regions.slots[name], 0);
  const within = Math.ceil(
    Math.sqrt(told.reduce((sum, { regions }) => sum + regions.noise.interval95 ** 2, 0)),
  );
  return { windows: told.length, sums, within };
}

/** The face, a region the darker the more of the events were there; what does not stand out of the noise stays empty. */
export function drawFace({ sums, within }) {
  const { regions, face } = words();
  const most = Math.max(1, ...Object.values(sums));
  const picture = svg('svg', { viewBox: '0 0 100 120', class: 'portrait', role: 'img' });
  const text = Object.entries(sums)
    .map(([name, sum]) => `${regions[name]} ${sum}`)
    .join(', ');
  picture.setAttribute('aria-label', `${face}: ${text}`);
  picture.append(
    svg('path', {
      class: 'head',
      d: 'M50 6c26 0 38 20 36 48c-2 30-18 60-36 60s-34-30-36-60c-2-28 10-48 36-48z',
    }),
  );
  for (const [name, paths] of Object.entries(SHAPES)) {
    const share = sums[name] > within ? sums[name] / most : 0;
    for (const d of paths)
      picture.append(svg('path', { class: 'region', d, 'fill-opacity': share.toFixed(2) }));
  }
  return picture;
}
