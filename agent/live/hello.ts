import type { CameraConfig, Config } from '../config/schema.ts';

type Outline = CameraConfig['optOut'][number];

/** What the page is told when it is let in: of the configuration, and nothing of what the camera sees. */
export interface Hello {
  readonly node: string;
  readonly camera: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly zones: readonly { readonly name: string; readonly polygon: Outline }[];
  readonly optOut: readonly { readonly name: string; readonly polygon: Outline }[];
  readonly least: { readonly faceHeightPx: number; readonly fps: number };
  readonly secondsLeft: number;
}

export const helloOf = (camera: CameraConfig, config: Config, secondsLeft: number): Hello => ({
  node: config.node.id,
  camera: camera.id,
  ...camera.analysis,
  zones: camera.zones.map(({ id, name, polygon }) => ({ name: name ?? id, polygon })),
  optOut: camera.optOut.map((polygon, i) => ({ name: camera.optOutNames?.[i] ?? 'opt-out', polygon })),
  least: { faceHeightPx: config.quality.minFaceHeightPx, fps: config.quality.minFps },
  secondsLeft,
});
