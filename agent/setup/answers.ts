/** What an integrator is asked; everything else has its default. */
export interface Answers {
  readonly node: string;
  readonly purpose: string;
  readonly jurisdiction: string;
  readonly broker: string;
  readonly topic: string;
  readonly username?: string;
  readonly cameras: readonly CameraAnswer[];
  readonly headCount: number;
}

export interface CameraAnswer {
  readonly id: string;
  readonly url: string;
  readonly credentialsFile?: string;
  /** What the camera was found to send, or why it was not reached. */
  readonly found:
    | { readonly widthPx: number; readonly heightPx: number; readonly codec: string }
    | { readonly code: string };
}

/** Faces are looked for in pictures no wider than this, unless somebody says otherwise. */
const WIDEST_PX = 960;

/** The camera's picture in its own shape, smaller where it is wider than `widestPx`: even numbers of pixels. */
export function analysisFor(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  widestPx = WIDEST_PX,
) {
  const scale = Math.min(1, widestPx / widthPx);
  const even = (px: number) => Math.max(2, 2 * Math.round((px * scale) / 2));
  return { widthPx: even(widthPx), heightPx: even(heightPx) };
}
