/**
 * Why a face earns no slot time, in the order in which they are looked at: `frame-rate` too few pictures a second,
 * `hidden` the face is missed in too many of them or something is before it, `face-height` too small, `pose` turned away
 * too far, `exposure` too dark, too bright or too flat, `blur` out of focus or smeared, `motion` registration could not
 * hold it still, or the head goes too fast. And before all of them `turned`: it is seen only when the picture is turned by
 * 90 or 180 degrees.
 */
export const QUALITY_REASONS = [
  'turned',
  'frame-rate',
  'hidden',
  'face-height',
  'pose',
  'exposure',
  'blur',
  'motion',
] as const;
export type QualityReason = (typeof QUALITY_REASONS)[number];

/** Faces in frames by what was said of them: a face that is seen in ten frames makes ten. */
export type FaceFrames = Readonly<Record<'counted' | QualityReason, number>>;

export const noFaceFrames = (): Record<'counted' | QualityReason, number> =>
  Object.fromEntries(['counted', ...QUALITY_REASONS].map((verdict) => [verdict, 0])) as Record<
    'counted' | QualityReason,
    number
  >;

/** Where a camera's own spotting threshold stands: being learned, set, or being learned again since its noise changed. */
export const CALIBRATION_STATES = ['calibrating', 'calibrated', 'drifted'] as const;
export type CalibrationState = (typeof CALIBRATION_STATES)[number];
