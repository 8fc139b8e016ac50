const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; texts are texts, never markup. */
function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const HATCH = make(
  'pattern',
  {
    id: 'hatch',
    width: 12,
    height: 12,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  },
  make('path', { d: 'M0 0V12' }),
);

/** An area, with its name inside its topmost corner. */
function area(kind, { name, polygon }, { widthPx, heightPx }) {
  const corners = polygon.map(([x, y]) => [x * widthPx, y * heightPx]);
  const [x, y] = corners.reduce((best, corner) =>
    corner[0] + corner[1] < best[0] + best[1] ? corner : best,
  );
  // At the right edge a name grows to the left, or it would be cut off.
  const right = Math.max(...corners.map(([each]) => each));
  const place =
    x > 0.8 * widthPx ? { x: right - 8, y: y + 22, 'text-anchor': 'end' } : { x: x + 8, y: y + 22 };
  return make(
    'g',
    { class: kind },
    make('polygon', { points: corners.map((corner) => corner.join()).join(' ') }),
    make('text', place, name),
  );
}

/** Draws the areas of the configuration over the picture, in pixels of the picture. */
export function drawAreas(svg, hello) {
  svg.setAttribute('viewBox', `0 0 ${hello.widthPx} ${hello.heightPx}`);
  svg.replaceChildren(
    make('defs', {}, HATCH),
    ...hello.zones.map((zone) => area('zone', zone, hello)),
    ...hello.optOut.map((place) => area('opt-out', place, hello)),
  );
}
