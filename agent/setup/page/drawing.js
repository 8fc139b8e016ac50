const SVG = 'http://www.w3.org/2000/svg';
/** How near to the first corner a click closes an area, and how far a corner may be grabbed; share of the width. */
const NEAR = 0.018;

const make = (name, attributes, ...content) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
};
const clamp = (value) => Math.min(1, Math.max(0, value));

/** Areas over the picture, drawn and dragged with mouse, finger or pen. Corners are fractions of the picture. */
export class Drawing {
  areas = [];
  faces = [];
  /** The area that is being drawn: its kind and corners so far. */
  open;

  constructor(svg, { widthPx, heightPx }, onChange) {
    this.svg = svg;
    this.size = { widthPx, heightPx };
    this.onChange = onChange;
    svg.setAttribute('viewBox', `0 0 ${widthPx} ${heightPx}`);
    svg.addEventListener('pointerdown', (event) => this.press(event));
    svg.addEventListener('pointermove', (event) => this.move(event));
    svg.addEventListener('pointerup', () => {
      this.dragged = undefined;
    });
  }

  begin(kind) {
    this.open = { kind, polygon: [] };
    this.show();
  }

  close() {
    if (this.open === undefined || this.open.polygon.length < 3) return;
    const { kind, polygon } = this.open;
    const number = this.areas.filter((area) => area.kind === kind).length + 1;
    this.areas.push(
      kind === 'zone'
        ? { kind, polygon, id: `zone-${number}`, name: '', headCount: 6 }
        : { kind, polygon, name: '' },
    );
    this.open = undefined;
    this.changed();
  }

  at(event) {
    const box = this.svg.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  isNear([x, y], [u, v]) {
    return Math.hypot(x - u, ((y - v) * this.size.heightPx) / this.size.widthPx) < NEAR;
  }

  press(event) {
    const point = this.at(event);
    if (this.open !== undefined) {
      const [first] = this.open.polygon;
      if (first !== undefined && this.open.polygon.length > 2 && this.isNear(point, first))
        return this.close();
      this.open.polygon.push(point);
      return this.show();
    }
    for (const area of this.areas) {
      const corner = area.polygon.findIndex((each) => this.isNear(point, each));
      if (corner < 0) continue;
      this.dragged = { area, corner };
      this.svg.setPointerCapture(event.pointerId);
      return;
    }
  }

  move(event) {
    if (this.dragged === undefined) return;
    const { area, corner } = this.dragged;
    area.polygon[corner] = this.at(event);
    this.changed();
  }

  changed() {
    this.show();
    this.onChange();
  }

  show() {
    const { widthPx, heightPx } = this.size;
    const px = ([x, y]) => `${x * widthPx},${y * heightPx}`;
    const radius = widthPx * 0.008;
    const faces = this.faces.map(([x, y, width, height]) =>
      make('rect', {
        class: 'face',
        x: x * widthPx,
        y: y * heightPx,
        width: width * widthPx,
        height: height * heightPx,
      }),
    );
    const corners = (polygon) =>
      polygon.map(([x, y]) =>
        make('circle', { class: 'corner', cx: x * widthPx, cy: y * heightPx, r: radius }),
      );
    const areas = this.areas.flatMap(({ kind, polygon, name, id }, i) => [
      make('polygon', { class: kind, points: polygon.map(px).join(' ') }),
      ...corners(polygon),
      make(
        'text',
        {
          x: polygon[0][0] * widthPx + radius * 2,
          y: polygon[0][1] * heightPx + widthPx * 0.03,
          'font-size': widthPx * 0.02,
        },
        `${i + 1} ${name || id || 'opt-out'}`,
      ),
    ]);
    const open =
      this.open === undefined
        ? []
        : [
            make('polyline', { class: 'open', points: this.open.polygon.map(px).join(' ') }),
            ...corners(this.open.polygon),
          ];
    this.svg.replaceChildren(...faces, ...areas, ...open);
  }
}
