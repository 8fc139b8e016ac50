import { keptBox, type PermittedFace, type TrackedFace } from '../domain/face.ts';
import { type Box, centreOf, contains, type Polygon } from '../domain/geometry.ts';
import { zonesOverlap as overlap } from '../domain/polygon.ts';

/** Polygons as fractions of the picture, as in the configuration. */
export interface Areas {
  readonly zones: readonly {
    readonly id: string;
    readonly polygon: readonly (readonly [number, number])[];
  }[];
  readonly optOut: readonly (readonly (readonly [number, number])[])[];
}

const outlineOf = ({ x, y, width, height }: Box): Polygon => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
];

/**
 * The zone in which a face at a box (pixels of the analysis frame) counts: its centre is inside, and nothing of what
 * would be kept of the picture is in an opt-out area. Undefined: nowhere.
 */
export function createZoning(areas: Areas, widthPx: number, heightPx: number) {
  const pixels = (polygon: readonly (readonly [number, number])[]): Polygon =>
    polygon.map(([x, y]) => ({ x: x * widthPx, y: y * heightPx }));
  const zones = areas.zones.map(({ id, polygon }) => ({ id, polygon: pixels(polygon) }));
  const optOut = areas.optOut.map(pixels);

  return (box: Box): string | undefined => {
    const zone = zones.find(({ polygon }) => contains(polygon, centreOf(box)));
    const kept = outlineOf(keptBox(box));
    return optOut.some((polygon) => overlap(polygon, kept)) ? undefined : zone?.id;
  };
}

/** Which faces may be analysed: confirmed, seen in this very frame, and at a place that counts. */
export function createPermit(areas: Areas, widthPx: number, heightPx: number) {
  const zoneOf = createZoning(areas, widthPx, heightPx);
  return (tracks: readonly TrackedFace[]): PermittedFace[] =>
    tracks.flatMap((track) => {
      if (!track.confirmed || !track.detected) return [];
      const zoneId = zoneOf(track.box);
      return zoneId === undefined ? [] : [{ ...track, zoneId }];
    });
}
