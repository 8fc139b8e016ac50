import type { PermittedFace } from '../../agent/domain/face.ts';
import type { Box } from '../../agent/domain/geometry.ts';

const POINT = { x: 0, y: 0 };

/** A face whose box alone matters. */
export const permittedAt = (trackId: number, box: Box): PermittedFace => ({
  trackId,
  zoneId: 'z',
  box,
  landmarks: { leftEye: POINT, rightEye: POINT, nose: POINT, mouth: POINT },
  detected: true,
  confirmed: true,
});
