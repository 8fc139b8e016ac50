import type { ObservedEvent } from '../../agent/domain/observer.ts';
import type { Label, Region } from '../../agent/domain/signal.ts';
import type { Kind, Truth } from '../../agent/evaluate/truth.ts';

/** A film of 10 frames a second, so that a frame is 100 ms. */
export const FPS = 10;
export const FRAMES = 100;

type Box = [number, number, number, number];
type Act = [kind: Kind, onsetFrame: number, offsetFrame: number, label?: Label];

/** Somebody at one place for the whole film. */
export const person = (id: string, box: Box, acts: readonly Act[]): Truth['people'][number] => ({
  id,
  frames: {
    box: Array.from({ length: FRAMES }, () => [...box] as Box),
    landmarks: { nose: Array.from({ length: FRAMES }, () => [box[0], box[1]] as [number, number]) },
    visible: Array.from({ length: FRAMES }, () => 1 as const),
  },
  events: acts.map(([kind, onsetFrame, offsetFrame, label = 'none']) => ({
    label,
    kind,
    aus: [],
    onsetFrame,
    apexFrame: onsetFrame + Math.floor((offsetFrame - onsetFrame) / 2),
    offsetFrame,
  })),
});

export const film = (...people: Truth['people']): Truth => ({
  schema: 'micron-edge/scene/1',
  video: 'film.mp4',
  widthPx: 400,
  heightPx: 200,
  fps: FPS,
  frames: FRAMES,
  people,
  text: [],
});

/** The analysis frame is half as large as the film; from x = 150 on there is no zone. */
export const PLACE = {
  widthPx: 200,
  heightPx: 100,
  zoneOf: ({ x }: { readonly x: number }) => (x < 150 ? 'left' : undefined),
};

/** A spotted event from frame to frame. */
export const spotted = (
  trackId: number,
  onsetFrame: number,
  offsetFrame: number,
  label: Label,
  region: Region = 'eyes',
): ObservedEvent => ({
  trackId,
  onsetMs: onsetFrame * 100,
  apexMs: ((onsetFrame + offsetFrame) / 2) * 100,
  offsetMs: offsetFrame * 100,
  strength: 7,
  label,
  probability: 0.5,
  region,
});
