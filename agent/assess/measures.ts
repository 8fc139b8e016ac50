import type { PermittedFace, Template, TrackedFace } from '../domain/face.ts';
import type { FaceCrop } from '../domain/frame.ts';
import { type FaceFrames, noFaceFrames } from '../domain/quality.ts';
import { blurOf } from '../quality/blur.ts';
import { lumaOf, ovalOf } from '../quality/oval.ts';
import { poseOf } from '../quality/pose.ts';
import { Distribution } from './distribution.ts';
import { Shutter } from './shutter.ts';

/** A face is looked at more closely in one of so many pictures: a minute has enough of them. */
const CLOSELY = 3;

/** Everything that is measured while pictures come. */
export class Measures {
  readonly times: number[] = [];
  /** How much later than the promptest a picture came, milliseconds. */
  readonly delays = new Distribution();
  readonly light: number[][] = [];
  readonly heights = new Distribution();
  readonly yaws = new Distribution();
  readonly pitches = new Distribution();
  readonly blurs = new Distribution();
  readonly residuals = new Distribution();
  readonly shutter: Shutter;
  faceTime: FaceFrames = noFaceFrames();
  /** Pictures in which a followed face was found, and in which it was not. */
  readonly followed = { found: 0, missed: 0 };
  dropped = 0;
  #promptestMs = Number.POSITIVE_INFINITY;
  #lags: number[] = [];
  #turn = 0;
  readonly #inside: Uint8Array;
  readonly #luma: Float32Array;
  readonly #sizePx: number;
  /** Between the eyes, px of the crop. */
  readonly #eyesPx: number;

  constructor(sizePx: number, { leftEye, rightEye }: Template) {
    this.#sizePx = sizePx;
    this.#eyesPx = Math.hypot(rightEye[0] - leftEye[0], rightEye[1] - leftEye[1]);
    this.#inside = ovalOf(sizePx);
    this.#luma = new Float32Array(sizePx * sizePx);
    this.shutter = new Shutter(sizePx);
  }

  /** Milliseconds between two pictures, the usual one. */
  get intervalMs(): number {
    return this.intervals().quantile(0.5);
  }

  intervals(): Distribution {
    const gaps = new Distribution();
    for (let i = 1; i < this.times.length; i++) gaps.add(this.times[i]! - this.times[i - 1]!);
    return gaps;
  }

  get seconds(): number {
    return this.times.length < 2 ? 0 : (this.times.at(-1)! - this.times[0]!) / 1000;
  }

  picture(ptsMs: number, arrivedMs: number, light: number[]): void {
    const before = this.times.at(-1);
    // A new connection has its own clock: what lies between is no interval.
    if (before !== undefined && ptsMs <= before) return;
    this.times.push(ptsMs);
    this.light.push(light);
    this.#lags.push(arrivedMs - ptsMs);
    this.#promptestMs = Math.min(this.#promptestMs, arrivedMs - ptsMs);
  }

  tracks(tracks: readonly TrackedFace[]): void {
    for (const { confirmed, detected } of tracks)
      if (confirmed) this.followed[detected ? 'found' : 'missed']++;
    this.shutter.keepOnly(new Set(tracks.map(({ trackId }) => trackId)));
  }

  faces(faces: readonly PermittedFace[], crops: readonly FaceCrop[]): void {
    const intervalMs = this.#recentIntervalMs();
    for (const face of faces) {
      this.heights.add(face.box.height);
      const pose = poseOf(face.landmarks);
      if (pose !== undefined) {
        this.yaws.add(pose.yawDeg);
        this.pitches.add(pose.pitchDeg);
      }
      const crop = crops.find(({ trackId }) => trackId === face.trackId);
      if (crop === undefined) continue;
      if (crop.residualPx !== undefined) this.residuals.add(crop.residualPx);
      const { leftEye, rightEye } = face.landmarks;
      const eyesPx = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
      const perPx = this.#eyesPx / Math.max(1, eyesPx);
      const middle = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 };
      this.shutter.see(crop, middle, perPx, intervalMs);
      if (this.#turn++ % CLOSELY !== 0) continue;
      lumaOf(crop, this.#luma);
      this.blurs.add(blurOf(this.#luma, this.#sizePx, this.#inside));
    }
    this.#luma.fill(0);
  }

  /** What remains to be done when no picture comes any more. */
  close(faceTime: FaceFrames): void {
    this.faceTime = faceTime;
    for (const lag of this.#lags) this.delays.add(lag - this.#promptestMs);
    this.shutter.keepOnly(new Set());
  }

  #recentIntervalMs(): number {
    const last = this.times.slice(-15);
    return last.length < 2 ? 40 : (last.at(-1)! - last[0]!) / (last.length - 1);
  }
}
