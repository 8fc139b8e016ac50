import { type Document, isMap, isSeq, type YAMLMap } from 'yaml';
import { z } from 'zod';

const vertex = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);
const polygon = z.array(vertex).min(3).max(64);

/** What the page of `setup zones` sends when somebody saves. */
export const drawingSchema = z.strictObject({
  type: z.literal('save'),
  zones: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and "-"'),
        name: z.string().max(60),
        headCount: z.int().min(1).max(10_000),
        polygon,
      }),
    )
    .min(1, 'draw one zone at least')
    .max(32),
  optOut: z.array(z.strictObject({ name: z.string().max(60), polygon })).max(32),
});
export type Drawing = z.output<typeof drawingSchema>;

/** To a thousandth of the picture: nobody draws more exactly. */
const rounded = (points: Drawing['zones'][number]['polygon']) =>
  points.map(([x, y]) => [Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000]);

/** The camera of this id in a document, or undefined. */
export function cameraIn(document: Document, id: string): YAMLMap | undefined {
  const cameras = document.get('cameras');
  if (!isSeq(cameras)) return undefined;
  return cameras.items.find((item): item is YAMLMap => isMap(item) && item.get('id') === id);
}

/** Puts a drawing in the place of the zones and opt-out areas of a camera; comments and all else stay as they are. */
export function apply(document: Document, camera: YAMLMap, { zones, optOut }: Drawing): void {
  const flow = (points: Drawing['zones'][number]['polygon']) => {
    const node = document.createNode(rounded(points));
    node.flow = true;
    return node;
  };
  camera.set(
    'zones',
    document.createNode(
      zones.map(({ id, name, headCount, polygon: points }) => {
        const zone = document.createNode({ id, ...(name === '' ? {} : { name }), headCount }) as YAMLMap;
        zone.set('polygon', flow(points));
        return zone;
      }),
    ),
  );
  camera.delete('optOut');
  camera.delete('optOutNames');
  if (optOut.length === 0) return;
  camera.set('optOut', document.createNode(optOut.map(({ polygon: points }) => flow(points))));
  if (optOut.some(({ name }) => name !== ''))
    camera.set('optOutNames', document.createNode(optOut.map(({ name }, i) => name || `opt-out ${i + 1}`)));
}
