import type { Mechanisms } from '../../../agent/detect/detector.ts';
import type { PlanarImage } from '../../../agent/domain/frame.ts';
import { type Box, centreOf, contains, iou } from '../../../agent/domain/geometry.ts';
import type { Graph } from '../../../agent/inference/session.ts';
import { createTracker } from '../../../agent/track/tracker.ts';
import { picturesOf } from '../../support/film.ts';
import { type LabelledPicture, labelledPictures, scaled } from './labels.ts';
import { landmarkRows } from './landmarks.ts';
import { detectorOf, openFaceNetwork } from './open.ts';
import { asFrame, painted, resized, turned } from './picture.ts';
import type { Part, Row } from './row.ts';

/** Each labelled picture is shown at these widths, so that its faces have many sizes. */
const WIDTHS_PX = [320, 640, 1280];
/** Enough for a track to be confirmed. */
const SHOWN_FRAMES = 8;
const SAME_IOU = 0.5;
const SIZES = [
  { name: 'under 16 px', mostPx: 16 },
  { name: '16 to 32 px', mostPx: 32 },
  { name: '32 to 64 px', mostPx: 64 },
  { name: '64 to 128 px', mostPx: 128 },
  { name: 'from 128 px', mostPx: Number.POSITIVE_INFINITY },
];

interface Variant {
  readonly name: string;
  readonly mechanisms: Mechanisms;
  /** Judge tracks that are confirmed after a few frames of the same picture, or the detections of one look. */
  readonly confirmed: boolean;
  /** What is done to the picture; `face` is where its face is. */
  readonly change?: (image: PlanarImage, face: Box) => PlanarImage;
}

const ALL: Mechanisms = { closeLook: true, far: true };
const GREY = [110, 128, 128] as const;
const part = ({ x, y, width, height }: Box, l: number, t: number, w: number, h: number): Box => ({
  x: x + l * width,
  y: y + t * height,
  width: w * width,
  height: h * height,
});

const VARIANTS: readonly Variant[] = [
  { name: 'coarse pass alone, one look', mechanisms: { closeLook: false, far: false }, confirmed: false },
  { name: 'with the fine pass, one look', mechanisms: { closeLook: false, far: true }, confirmed: false },
  { name: 'both, confirmed over frames', mechanisms: { closeLook: false, far: true }, confirmed: true },
  { name: 'with close looks, confirmed', mechanisms: ALL, confirmed: true },
  ...[15, 30, 45].map((degrees) => ({
    name: `the same, head tilted by ${degrees} degrees`,
    mechanisms: ALL,
    confirmed: true,
    change: (image: PlanarImage, face: Box) => turned(image, centreOf(face), degrees),
  })),
  {
    name: 'the same, mouth and chin covered',
    mechanisms: ALL,
    confirmed: true,
    change: (image, face) => painted(image, part(face, -0.1, 0.6, 1.2, 0.45), GREY),
  },
  {
    name: 'the same, left half covered',
    mechanisms: ALL,
    confirmed: true,
    change: (image, face) => painted(image, part(face, -0.1, -0.1, 0.6, 1.2), GREY),
  },
];

/** Boxes that a variant finds in one picture that is shown to it for as long as it takes. */
async function found(session: Graph, image: PlanarImage, { mechanisms, confirmed }: Variant): Promise<Box[]> {
  // The fine pass on each: of a picture that is shown four times there would be one else.
  const detect = detectorOf(session, image, mechanisms, { farEveryFrames: mechanisms.closeLook ? 12 : 1 });
  if (!confirmed) return (await detect(asFrame(image, 0))).map(({ box }) => box);
  const tracker = createTracker();
  let boxes: Box[] = [];
  for (let i = 0; i < SHOWN_FRAMES; i++) {
    const faces = await detect(asFrame(image, i * 40), tracker.expect(i * 40));
    const tracks = tracker.track(faces, i * 40);
    boxes = tracks.filter((track) => track.confirmed && track.detected).map(({ box }) => box);
  }
  return boxes;
}

interface Shown extends LabelledPicture {
  readonly image: PlanarImage;
}

interface Tally {
  readonly wanted: number[];
  readonly hits: number[];
  falseFaces: number;
  pictures: number;
}

async function judge(session: Graph, picture: Shown, widthPx: number, variant: Variant, tally: Tally) {
  const by = widthPx / picture.widthPx;
  const heightPx = Math.round((picture.heightPx * by) / 2) * 2;
  const image = resized(picture.image, widthPx, heightPx);
  const faces = picture.faces.map((face) => scaled(face, by));
  tally.pictures++;
  // What is done is done about one face at a time; the others of the picture are not judged then.
  const rounds = variant.change === undefined ? [faces] : faces.map((face) => [face]);
  for (const wanted of rounds) {
    const shown = variant.change === undefined ? image : variant.change(image, wanted[0]!);
    const boxes = new Set(await found(session, shown, variant));
    for (const face of wanted) {
      const size = SIZES.findIndex(({ mostPx }) => face.height < mostPx);
      tally.wanted[size]!++;
      const hit = [...boxes].find((box) => iou(box, face) >= SAME_IOU);
      if (hit === undefined) continue;
      tally.hits[size]!++;
      boxes.delete(hit);
    }
    if (variant.change !== undefined) continue;
    const ignored = picture.ignore.map((box) => scaled(box, by));
    tally.falseFaces += [...boxes].filter(
      (box) =>
        !ignored.some(({ x, y, width, height }) => {
          const corners = [
            { x, y },
            { x: x + width, y },
            { x: x + width, y: y + height },
            { x, y: y + height },
          ];
          return contains(corners, centreOf(box));
        }),
    ).length;
  }
}

const METRICS = [...SIZES.map(({ name }) => `recall ${name}`), 'recall', 'faces', 'false faces'];

async function pictureRows(session: Graph, folder: string, note: (words: string) => void): Promise<Row[]> {
  const pictures: Shown[] = [];
  for (const picture of labelledPictures(folder))
    for await (const { frame } of picturesOf(picture.path, picture))
      pictures.push({ ...picture, image: { ...frame.image, data: frame.image.data.slice() } });
  const rows: Row[] = [];
  for (const variant of VARIANTS) {
    note(`detection: real frames, ${variant.name}`);
    const tally: Tally = { wanted: SIZES.map(() => 0), hits: SIZES.map(() => 0), falseFaces: 0, pictures: 0 };
    for (const widthPx of variant.change === undefined ? WIDTHS_PX : [640])
      for (const picture of pictures) {
        if (variant.change !== undefined && picture.faces.length === 0) continue;
        await judge(session, picture, widthPx, variant, tally);
      }
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const share = (hits: number, wanted: number) => (wanted === 0 ? null : (100 * hits) / wanted);
    const values = [
      ...SIZES.map((_, i) => share(tally.hits[i]!, tally.wanted[i]!)),
      share(sum(tally.hits), sum(tally.wanted)),
      sum(tally.wanted),
      variant.change === undefined ? tally.falseFaces : null,
    ];
    rows.push(
      ...METRICS.map((metric, i) => ({
        group: 'detection' as const,
        case: `real frames: ${variant.name}`,
        metric,
        value: values[i]!,
        unit: metric.startsWith('recall') ? '%' : '',
      })),
    );
  }
  return rows;
}

export const detection: Part = async ({ realFolder, note }) => {
  const session = await openFaceNetwork();
  const real =
    realFolder === undefined
      ? [
          {
            group: 'detection' as const,
            case: 'real frames',
            metric: 'recall',
            value: null,
            unit: '%',
            skipped: 'no ../shared/data/real',
          },
        ]
      : await pictureRows(session, realFolder, note);
  return [...real, ...(await landmarkRows(session, note))];
};
