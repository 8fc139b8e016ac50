import { skullWeights } from '../../../agent/align/attention.ts';
import { Reference } from '../../../agent/align/reference.ts';
import { createRegistration } from '../../../agent/align/registration.ts';
import {
  compose,
  fitSimilarity,
  IDENTITY,
  invert,
  type Similarity,
} from '../../../agent/align/similarity.ts';
import { createWarp } from '../../../agent/align/warp.ts';
import { keptBox, type Landmarks } from '../../../agent/domain/face.ts';
import { lumaOf } from '../../../agent/quality/oval.ts';
import { HEAD_FRAME_MS, headScene, tremble } from '../../support/head-scenes.ts';
import type { ShownFace } from '../../support/moving-face.ts';
import { REGISTRATION_CASES, residualOf, TARGET, TEMPLATE, TREMBLE_PX } from '../../support/registered.ts';
import type { Part, Row } from './row.ts';

const PACKAGE = '@techstark/opencv-js';
const SIDE = 112;
const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
/** Places that say little about the skull are left out: a mask of OpenCV knows no weights. */
const MIN_WEIGHT = 0.5;
const LEARNING_MS = 1_000;

interface Mat {
  readonly data: Uint8Array;
  readonly data32F: Float32Array;
  delete(): void;
}

/** What is used of OpenCV. */
interface OpenCv {
  readonly Mat: new (rows: number, columns: number, type: number) => Mat;
  readonly TermCriteria: new (type: number, count: number, epsilon: number) => object;
  onRuntimeInitialized?: () => void;
  then?: unknown;
  readonly CV_32F: number;
  readonly CV_8U: number;
  readonly MOTION_EUCLIDEAN: number;
  readonly MOTION_AFFINE: number;
  findTransformECC(
    template: Mat,
    input: Mat,
    warp: Mat,
    motion: number,
    criteria: object,
    mask: Mat,
    gaussPx: number,
  ): number;
}

/** @returns undefined where the package is not installed */
async function openCv(): Promise<OpenCv | undefined> {
  try {
    const { default: loaded } = (await import(PACKAGE)) as { default: OpenCv | Promise<OpenCv> };
    if (loaded instanceof Promise) return await loaded;
    if (loaded.Mat === undefined)
      await new Promise<void>((resolve) => {
        loaded.onRuntimeInitialized = resolve;
      });
    // It has a `then` of its own, which would be waited for without end.
    delete loaded.then;
    return loaded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

interface Measured {
  readonly left: number;
  readonly tookMs: number;
  readonly lost: number;
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Crops cut where the face was one picture before, and registered by enhanced correlation (Evangelidis and Psarakis, PAMI
 * 30(10), 2008) to a running mean of those before. Where it gives up, the crop stays.
 */
function byCorrelation(
  cv: OpenCv,
  motion: number,
  shown: readonly ShownFace[],
  landmarks: readonly Landmarks[],
): Measured {
  const [template, input] = [new cv.Mat(SIDE, SIDE, cv.CV_32F), new cv.Mat(SIDE, SIDE, cv.CV_32F)];
  const [mask, matrix] = [new cv.Mat(SIDE, SIDE, cv.CV_8U), new cv.Mat(2, 3, cv.CV_32F)];
  const criteria = new cv.TermCriteria(3, 30, 1e-5);
  skullWeights(TEMPLATE, SIDE, 1).forEach((weight, i) => {
    mask.data[i] = weight >= MIN_WEIGHT ? 255 : 0;
  });
  const mean = new Reference(SIDE * SIDE);
  const all = new Uint8Array(SIDE * SIDE).fill(1);
  const luma = new Float32Array(SIDE * SIDE);
  const warp = createWarp(SIDE);
  const look = (image: ShownFace['image'], transform: Similarity) =>
    lumaOf({ rgb: warp.cut(image, invert(transform)), sizePx: SIDE }, luma);
  let [tookMs, lost] = [0, 0];
  let transform = fitSimilarity(
    NAMES.map((name) => landmarks[0]![name]),
    TARGET,
  )!;
  const transforms = shown.map(({ image }, i) => {
    if (i > 0) {
      look(image, transform);
      const startedMs = cpuMs();
      input.data32F.set(luma);
      template.data32F.set(mean.values);
      matrix.data32F.set([1, 0, 0, 0, 1, 0]);
      try {
        cv.findTransformECC(template, input, matrix, motion, criteria, mask, 5);
        transform = compose(invert(similarityOf(matrix.data32F)), transform);
      } catch {
        // It throws a number when it does not converge.
        lost++;
      }
      tookMs += cpuMs() - startedMs;
    }
    look(image, transform);
    mean.learn(luma, all, Math.max(1 - Math.exp(-HEAD_FRAME_MS / LEARNING_MS), 1 / (Math.min(i, 12) + 1)));
    return transform;
  });
  for (const mat of [template, input, mask, matrix]) mat.delete();
  return { left: residualOf(shown, transforms), tookMs: tookMs / (shown.length - 1), lost };
}

/** The similarity nearest to an affine map of pixel indices, in coordinates that count from the pixel's corner. */
function similarityOf(m: Float32Array): Similarity {
  const corners = [20, 92].flatMap((x) => [20, 92].map((y) => ({ x, y })));
  const moved = corners.map(({ x, y }) => ({
    x: m[0]! * (x - 0.5) + m[1]! * (y - 0.5) + m[2]! + 0.5,
    y: m[3]! * (x - 0.5) + m[4]! * (y - 0.5) + m[5]! + 0.5,
  }));
  return fitSimilarity(corners, moved) ?? IDENTITY;
}

function ours(shown: readonly ShownFace[], landmarks: readonly Landmarks[]): Measured {
  const registration = createRegistration(TEMPLATE, SIDE);
  const startedMs = cpuMs();
  const transforms = shown.map(
    ({ image, box }, i) =>
      registration.register(image, 1, keptBox(box), landmarks[i]!, i * HEAD_FRAME_MS)!.transform,
  );
  const tookMs = (cpuMs() - startedMs) / shown.length;
  return { left: residualOf(shown, transforms), tookMs, lost: 0 };
}

/**
 * Registration beside that of OpenCV compiled to WebAssembly, which is no part of this program: 11 MB. It is measured
 * after `npm install --no-save @techstark/opencv-js@4.12.0-release.1`.
 */
export const opencv: Part = async ({ note }) => {
  const group = 'registration library';
  const before = process.memoryUsage().rss;
  const startedMs = performance.now();
  const cv = await openCv();
  if (cv === undefined)
    return [
      { group, case: PACKAGE, metric: 'motion left', value: null, unit: 'px', skipped: 'not installed' },
    ];
  const rows: Row[] = [
    { group, case: PACKAGE, metric: 'start', value: performance.now() - startedMs, unit: 'ms' },
    { group, case: PACKAGE, metric: 'memory', value: (process.memoryUsage().rss - before) / 1e6, unit: 'MB' },
  ];
  for (const [name, scene] of REGISTRATION_CASES) {
    note(`registration library: ${name}`);
    const shown = headScene(scene);
    const landmarks = tremble(shown, TREMBLE_PX, scene.seed + 100);
    const ways: readonly (readonly [string, () => Measured])[] = [
      ['as shipped', () => ours(shown, landmarks)],
      ['ECC, Euclidean', () => byCorrelation(cv, cv.MOTION_EUCLIDEAN, shown, landmarks)],
      ['ECC, affine', () => byCorrelation(cv, cv.MOTION_AFFINE, shown, landmarks)],
    ];
    for (const [way, measure] of ways) {
      const { left, tookMs, lost } = measure();
      const row = (metric: string, value: number, unit: string) =>
        rows.push({ group, case: `synthetic, ${name}: ${way}`, metric, value, unit });
      row('motion left', left, 'px');
      row('processor time', tookMs, 'ms a face');
      row('gave up', lost, '');
    }
  }
  return rows;
};
