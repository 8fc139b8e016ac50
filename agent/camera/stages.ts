import { Tensor } from 'onnxruntime-node';
import { createCredit } from '../aggregate/credit.ts';
import { createAligner } from '../align/aligner.ts';
import { createDetector } from '../detect/detector.ts';
import { fullRange } from '../detect/full-range.ts';
import { yunet } from '../detect/yunet.ts';
import type { Timing } from '../domain/frame.ts';
import { createEncoder } from '../encode/encoder.ts';
import { createSession, type Provider } from '../inference/session.ts';
import { loadConfigured } from '../models/configured.ts';
import { createPermit } from '../permit/permit.ts';
import type { Stages } from '../pipeline.ts';
import { createQualityGate, type QualityFault } from '../quality/gate.ts';
import { createComparator } from '../recognise/comparator.ts';
import { createRecogniser } from '../recognise/recognise.ts';
import { createRedactor } from '../redact/redact.ts';
import { createSpotter } from '../spot/spotter.ts';
import { createTracker } from '../track/tracker.ts';
import type { Assignment } from './messages.ts';

export interface BuiltStages {
  readonly stages: Stages;
  readonly provider: Provider;
  /** Frames per second of media time that really come through. */
  fps(): number;
  readonly redactedWhole: () => number;
  readonly belowQuality: Readonly<Record<QualityFault, number>>;
}

/** So many frames in a row without an answer of the detector are a failure, not a hiccup. */
const MOST_DETECTOR_FAILURES = 50;

/**
 * Joins the stages of one camera: the only place that knows all of them.
 *
 * @param wallClock wall time of a frame in milliseconds since the epoch
 * @throws OperatorError model-*, provider-unavailable
 */
export async function buildStages(
  { camera, config }: Pick<Assignment, 'camera' | 'config'>,
  wallClock: (frame: Timing) => number,
): Promise<BuiltStages> {
  const { inference, aggregation } = config;
  const { micronBert: model, detector: detectorFile } = await loadConfigured(config);
  const { tokens, input, landmarkTemplate, spot } = model.manifest;
  const sizePx = input.widthPx;
  const shape = { sizePx, tokenCount: tokens.count, dim: tokens.dim };

  const probe = { crops: new Tensor('uint8', new Uint8Array(sizePx * sizePx * 3), [1, sizePx, sizePx, 3]) };
  const encoder = await createSession(model.files.encoder!, inference, probe);
  // The rest follows the encoder, so that health names one provider and it is true for all.
  const same = { provider: encoder.provider, threads: inference.threads };
  const compare = createComparator(await createSession(model.files.comparator!, same), shape);
  const network = config.detector.kind === 'yunet' ? yunet : fullRange;
  const detect = createDetector(await createSession(detectorFile, same), network, {
    ...camera.analysis,
    ...config.detector,
  });

  const track = createTracker();
  const permit = createPermit(camera, camera.analysis.widthPx, camera.analysis.heightPx);
  const redactor = createRedactor();
  const aligner = createAligner(landmarkTemplate, sizePx);
  const encode = createEncoder(encoder, shape);
  const spotter = createSpotter(compare, spot);
  const recognise = createRecogniser(compare, landmarkTemplate, sizePx);
  const gate = createQualityGate(config.quality);
  const credit = createCredit({
    slotMs: aggregation.slotS * 1000,
    slotsPerTrack: aggregation.slotsPerTrack,
    windowMs: aggregation.windowS * 1000,
  });
  let redactedWhole = 0;
  let failures = 0;

  const stages: Stages = {
    async detect(frame) {
      gate.frame(frame.ptsMs);
      try {
        const faces = await detect(frame);
        failures = 0;
        return faces;
      } catch (error) {
        if (++failures > MOST_DETECTOR_FAILURES) throw error;
        return 'unsure';
      }
    },
    track(faces, ptsMs) {
      const tracks = track(faces, ptsMs);
      spotter.keepOnly(new Set(tracks.map(({ trackId }) => trackId)));
      return tracks;
    },
    permit,
    redact: redactor.redact,
    redactWhole(frame) {
      redactedWhole++;
      redactor.redactWhole(frame);
    },
    align: (frame, faces) => aligner.align(frame, faces, spotter.forget),
    encode,
    spot: (moments) => spotter.push(moments),
    recognise,
    credit: (faces, events, frame) =>
      credit(
        faces.filter((face) => gate.qualifies(face)),
        events,
        frame.ptsMs,
        wallClock(frame),
      ),
  };
  return {
    stages,
    provider: encoder.provider,
    fps: gate.fps,
    redactedWhole: () => redactedWhole,
    belowQuality: gate.refused,
  };
}
