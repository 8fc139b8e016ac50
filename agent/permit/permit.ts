import type { PermittedFace, TrackedFace } from '../domain/face.ts';
import { centreOf, contains, type Point, type Polygon } from '../domain/geometry.ts';

/** Polygons as fractions of the picture, as in the configuration. */
export interface Areas {
  readonly zones: readonly {
    readonly id: string;
    readonly polygon: readonly (readonly [number, number])[];
  }[];
  readonly optOut: readonly (readonly (readonly [number, number])[])[];
}

const cornersOf = ({ box }: TrackedFace): Point[] => [
  centreOf(box),
  { x: box.x, y: box.y },
  { x: box.x + box.width, y: box.y },
  { x: box.x, y: box.y + box.height },
  { x: box.x + box.width, y: box.y + box.height },
];

/**
 * Which faces may be analysed: confirmed, seen in this very frame, centre inside a zone, and no corner of the box inside
 * an opt-out area. When in doubt, no.
 */
export function createPermit(areas: Areas, widthPx: number, heightPx: number) {
  const pixels = (polygon: readonly (readonly [number, number])[]): Polygon =>
    polygon.map(([x, y]) => ({ x: x * widthPx, y: y * heightPx }));
  const zones = areas.zones.map(({ id, polygon }) => ({ id, polygon: pixels(polygon) }));
  const optOut = areas.optOut.map(pixels);

  return (tracks: readonly TrackedFace[]): PermittedFace[] =>
    tracks.flatMap((track) => {
      if (!track.confirmed || !track.detected) return [];
      const zone = zones.find(({ polygon }) => contains(polygon, centreOf(track.box)));
      if (zone === undefined) return [];
      if (optOut.some((polygon) => cornersOf(track).some((corner) => contains(polygon, corner)))) return [];
      return [{ ...track, zoneId: zone.id }];
    });
}
