import type { createAligner } from '../../../agent/align/aligner.ts';
import { fitSimilarity, invert } from '../../../agent/align/similarity.ts';
import { createWarp } from '../../../agent/align/warp.ts';
import type { PermittedFace, Template } from '../../../agent/domain/face.ts';
import { asFaceCrop, type FaceCrop, type RedactedFrame } from '../../../agent/domain/frame.ts';
import type { QualityLimits } from '../../../agent/quality/gate.ts';
import { FaceNoise, type Noise } from '../../../agent/spot/noise.ts';
import type { PeakLimits } from '../../../agent/spot/peaks.ts';

/** How the pipeline is put together: as it ships, or with something left out. */
export interface Assembly {
  readonly name: string;
  readonly crops: 'registered' | 'landmarks';
  /** The quality gate's limits, made of the configured ones; undefined: no gate. */
  readonly limits: ((configured: QualityLimits) => QualityLimits) | undefined;
  readonly noiseOf: (limits: PeakLimits) => Noise;
  readonly comesBack: boolean;
  /** Whether the recogniser may say that it was nothing: it learnt blinks, speech and head motion as nothing. */
  readonly mayBeNone: boolean;
}

/** Cuts crops. */
export type Aligner = ReturnType<typeof createAligner>;

const POINTS = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;

/** Crops cut by each picture's own landmarks. */
export function landmarkAligner(template: Template, sizePx: number): Aligner {
  const target = POINTS.map((name) => ({ x: template[name][0], y: template[name][1] }));
  const warp = createWarp(sizePx);
  return {
    align: ({ image, ptsMs }: RedactedFrame, faces: readonly PermittedFace[]): FaceCrop[] =>
      faces.flatMap(({ trackId, landmarks }) => {
        const transform = fitSimilarity(
          POINTS.map((name) => landmarks[name]),
          target,
        );
        if (transform === undefined) return [];
        return [asFaceCrop({ trackId, ptsMs, sizePx, rgb: warp.cut(image, invert(transform)) })];
      }),
    keepOnly() {},
  };
}

/** No zero of its own for any face: the model's threshold holds for the score as it is. */
export class NoZero implements Noise {
  readonly spread = undefined;
  readonly #limits: PeakLimits;

  constructor(limits: PeakLimits) {
    this.#limits = limits;
  }

  remember(): void {}
  forget(): void {}
  zOf(_: number, score: number): number {
    // Without a zero nothing is below it.
    return (Math.max(0, score) * this.#limits.zThreshold) / this.#limits.minScore;
  }
}

/** A zero for each lag; what stands out most of them counts. */
export class ZeroPerLag implements Noise {
  readonly #lags: FaceNoise[] = [];

  get spread(): number | undefined {
    return this.#lags[0]?.spread;
  }

  remember(atMs: number, _: number, byLag: readonly (number | undefined)[]): void {
    byLag.forEach((score, lag) => {
      this.#lags[lag] ??= new FaceNoise();
      if (score !== undefined) this.#lags[lag].remember(atMs, score);
    });
  }

  forget(): void {
    for (const lag of this.#lags) lag.forget();
  }

  zOf(atMs: number, _: number, byLag: readonly (number | undefined)[]): number {
    return Math.max(
      ...byLag.map((score, lag) => (score === undefined ? 0 : (this.#lags[lag]?.zOf(atMs, score) ?? 0))),
    );
  }
}

const asConfigured = (limits: QualityLimits) => limits;
const heedlessOfMotion = (limits: QualityLimits) => ({
  ...limits,
  maxShiftPx: Number.POSITIVE_INFINITY,
});
const heedlessOfCover = (limits: QualityLimits) => ({ ...limits, maxCovered: 1 });

export const AS_SHIPPED = 'as shipped';
export const BOTH_OFF = 'both off';

const SHIPPED: Assembly = {
  name: AS_SHIPPED,
  crops: 'registered',
  limits: asConfigured,
  noiseOf: () => new FaceNoise(),
  comesBack: true,
  mayBeNone: true,
};

export const ASSEMBLIES: readonly Assembly[] = [
  SHIPPED,
  { ...SHIPPED, name: 'registration off', crops: 'landmarks' },
  { ...SHIPPED, name: 'normalisation off', noiseOf: (limits) => new NoZero(limits) },
  { ...SHIPPED, name: BOTH_OFF, crops: 'landmarks', noiseOf: (limits) => new NoZero(limits) },
  { ...SHIPPED, name: 'a zero for each lag', noiseOf: () => new ZeroPerLag() },
  { ...SHIPPED, name: 'quality gate off', limits: undefined },
  { ...SHIPPED, name: 'way of the head not heeded', limits: heedlessOfMotion },
  { ...SHIPPED, name: 'hands before the face not heeded', limits: heedlessOfCover },
  { ...SHIPPED, name: 'return check off', comesBack: false },
  { ...SHIPPED, name: 'blinks and speech not told apart', mayBeNone: false },
];
