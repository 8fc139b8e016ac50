import type { DetectedFace, PermittedFace, TrackedFace } from './domain/face.ts';
import type { FaceCrop, MaskedFrame, RawFrame, RedactedFrame, Timing } from './domain/frame.ts';
import type { SlotObservation } from './domain/signal.ts';
import type { Moment, Spotted } from './domain/tokens.ts';
import type { Good } from './quality/gate.ts';
import type { RecognisedEvent } from './recognise/recognise.ts';

/** The steps from a frame to what may leave this process, each made by its own folder; `camera/stages.ts` joins them. */
export interface Stages {
  detect(frame: RawFrame): Promise<DetectedFace[] | 'unsure'>;
  track(faces: readonly DetectedFace[], ptsMs: number): TrackedFace[];
  permit(tracks: readonly TrackedFace[]): PermittedFace[];
  redact(frame: RawFrame, permitted: readonly PermittedFace[], others: readonly TrackedFace[]): RedactedFrame;
  redactWhole(frame: RawFrame): MaskedFrame;
  align(frame: RedactedFrame, faces: readonly PermittedFace[]): FaceCrop[];
  mask(frame: RedactedFrame, permitted: readonly PermittedFace[]): MaskedFrame;
  show(frame: MaskedFrame): void;
  gate(faces: readonly PermittedFace[], crops: readonly FaceCrop[]): Good;
  encode(crops: readonly FaceCrop[]): Promise<Moment[]>;
  spot(moments: readonly Moment[]): Promise<Spotted[]>;
  recognise(spotted: readonly Spotted[]): Promise<RecognisedEvent[]>;
  credit(
    faces: readonly PermittedFace[],
    events: readonly RecognisedEvent[],
    frame: Timing,
  ): SlotObservation[];
}

/** The whole path of one camera. What it yields is all that anybody outside this process learns about people. */
export async function* watch(
  frames: AsyncIterable<{ readonly frame: RawFrame; release(): void }>,
  stages: Stages,
): AsyncGenerator<SlotObservation[], void, undefined> {
  for await (const { frame, release } of frames) {
    let crops: FaceCrop[];
    let permitted: PermittedFace[];
    try {
      const faces = await stages.detect(frame);
      if (faces === 'unsure') {
        stages.show(stages.redactWhole(frame));
        continue;
      }
      const tracks = stages.track(faces, frame.ptsMs);
      permitted = stages.permit(tracks);
      const redacted = stages.redact(frame, permitted, tracks);
      crops = stages.align(redacted, permitted);
      // Whoever looks on sees what is left of the picture now: where faces are, and nothing of them.
      stages.show(stages.mask(redacted, permitted));
    } finally {
      release();
    }
    const good = stages.gate(permitted, crops);
    const moments = await stages.encode(good.crops);
    const spotted = await stages.spot(moments);
    const events = await stages.recognise(spotted);
    yield stages.credit(good.faces, events, frame);
  }
}
