import type { Polygon } from '../domain/geometry.ts';
import { area, selfCrossing, zonesOverlap } from '../domain/polygon.ts';
import { GSTREAMER_WIDTH_STEP } from '../domain/row.ts';
import type { Path } from './problem.ts';
import type { Finding } from './rule.ts';
import type { CameraConfig, Config } from './schema.ts';

type Corners = readonly (readonly [number, number])[];

/** Less than this share of the picture holds no face: a spot of 10 by 10 pixels in 1000 by 1000. */
const LEAST_AREA = 1e-4;

const outline = (corners: Corners): Polygon => corners.map(([x, y]) => ({ x, y }));

/** Ids that are given twice: cameras are named by theirs, and zones are MQTT topics of the node, not of the camera. */
function* repeated(ids: Iterable<{ id: string; path: Path }>, what: string): Generator<Finding> {
  const seen = new Map<string, Path>();
  for (const { id, path } of ids) {
    const other = seen.get(id);
    if (other === undefined) seen.set(id, path);
    else
      yield {
        path,
        wrong: `"${id}" is the id of another ${what} too`,
        allowed: 'ids are unique on a node',
        other,
      };
  }
}

function* outlineFindings(corners: Corners, path: Path): Generator<Finding> {
  const polygon = outline(corners);
  if (selfCrossing(polygon))
    yield {
      path,
      wrong: 'the outline crosses or touches itself, or repeats a corner',
      allowed: 'corners in order around the area, each once',
    };
  else if (area(polygon) < LEAST_AREA)
    yield { path, wrong: 'encloses next to nothing', allowed: `at least ${LEAST_AREA} of the picture` };
}

function* cameraFindings(camera: CameraConfig, path: Path): Generator<Finding> {
  const broken = new Set<number>();
  for (const [i, zone] of camera.zones.entries())
    for (const finding of outlineFindings(zone.polygon, [...path, 'zones', i, 'polygon'])) {
      broken.add(i);
      yield finding;
    }
  for (const [i, corners] of camera.optOut.entries()) yield* outlineFindings(corners, [...path, 'optOut', i]);
  const names = camera.optOutNames?.length;
  if (names !== undefined && names !== camera.optOut.length)
    yield {
      path: [...path, 'optOutNames'],
      wrong: `${names} for ${camera.optOut.length} in optOut`,
      allowed: 'one name for each area, in the same order',
    };
  for (const [i, zone] of camera.zones.entries())
    for (let j = 0; j < i; j++) {
      if (broken.has(i) || broken.has(j)) continue;
      const earlier = camera.zones[j]!;
      if (zonesOverlap(outline(earlier.polygon), outline(zone.polygon)))
        yield {
          path: [...path, 'zones', i, 'polygon'],
          wrong: `zone "${zone.id}" overlaps zone "${earlier.id}"`,
          allowed: 'zones may touch; a face must be in one zone only, or it would be counted twice',
          other: [...path, 'zones', j, 'polygon'],
        };
    }
  if (camera.decoder === 'gstreamer' && camera.analysis.widthPx % GSTREAMER_WIDTH_STEP !== 0)
    yield {
      path: [...path, 'analysis', 'widthPx'],
      wrong: `${camera.analysis.widthPx} does not suit the decoder gstreamer`,
      allowed: `a multiple of ${GSTREAMER_WIDTH_STEP}`,
    };
  if (camera.reconnect.firstMs > camera.reconnect.mostMs)
    yield {
      path: [...path, 'reconnect'],
      wrong: `firstMs ${camera.reconnect.firstMs} is more than mostMs ${camera.reconnect.mostMs}`,
      allowed: 'firstMs at most mostMs',
    };
}

export function* cameraRules({ cameras }: Config): Generator<Finding> {
  const ids = cameras.map(({ id }, i) => ({ id, path: ['cameras', i, 'id'] }));
  const zones = cameras.flatMap((camera, i) =>
    camera.zones.map(({ id }, j) => ({ id, path: ['cameras', i, 'zones', j, 'id'] })),
  );
  yield* repeated(ids, 'camera');
  yield* repeated(zones, 'zone');
  for (const [i, camera] of cameras.entries()) yield* cameraFindings(camera, ['cameras', i]);
}
