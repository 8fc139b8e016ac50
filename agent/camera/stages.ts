import { createCredit } from '../aggregate/credit.ts';
import { createAligner } from '../align/aligner.ts';
import { createCutDetector } from '../detect/cut.ts';
import { createDetector } from '../detect/detector.ts';
import { fullRange } from '../detect/full-range.ts';
import { createTurnedLook } from '../detect/turned.ts';
import { View, type ViewFault } from '../detect/view.ts';
import { yunet } from '../detect/yunet.ts';
import type { MaskedFrame, Timing } from '../domain/frame.ts';
import type { Observer } from '../domain/observer.ts';
import type { CalibrationState, FaceFrames } from '../domain/quality.ts';
import type { Pair } from '../domain/tokens.ts';
import { createEncoder } from '../encode/encoder.ts';
import type { Runs } from '../inference/runs.ts';
import { Tensor } from '../inference/runtime.ts';
import { createSession, type Provider } from '../inference/session.ts';
import { loadConfigured } from '../models/configured.ts';
import type { Precision } from '../models/manifest.ts';
import { comparatorOffer, encoderOffers } from '../models/precision.ts';
import { createPermit } from '../permit/permit.ts';
import type { Stages } from '../pipeline.ts';
import { createQualityGate } from '../quality/gate.ts';
import { createComparator } from '../recognise/comparator.ts';
import { createRecogniser } from '../recognise/recognise.ts';
import { UsualRegions } from '../recognise/usual.ts';
import { createMasker } from '../redact/mask.ts';
import { createRedactor } from '../redact/redact.ts';
import { createVeil } from '../redact/veil.ts';
import type { Notes } from '../show/annotate.ts';
import { Calibration } from '../spot/calibration.ts';
import { createSpotter } from '../spot/spotter.ts';
import { createTracker, TRACKER_DEFAULTS } from '../track/tracker.ts';
import type { Assignment } from './messages.ts';

export interface BuiltStages {
  readonly stages: Stages;
  readonly provider: Provider;
  readonly precision: Precision;
  /** Since it was asked last: frames that the detector saw, and how many of them were redacted whole. */
  frames(): { readonly seen: number; readonly redactedWhole: number };
  /** Since it was asked last. */
  faceFrames(): FaceFrames;
  /** What has long been wrong with all that the camera sees. */
  viewFault(): ViewFault | undefined;
  /** Undefined: it sets no threshold of its own. */
  calibrationState(): CalibrationState | undefined;
}

/** What differs between a camera and a replay. */
export interface Surroundings {
  /** Wall time of a frame, milliseconds since the epoch. */
  wallClock(frame: Timing): number;
  /** When a frame came, by a clock that nobody sets, milliseconds. Default: a recording comes as it was made. */
  arrival?(frame: Timing): number;
  /** An answer of the detector that took longer is none, milliseconds. Default: a recording waits. */
  readonly patienceMs?: number;
  /** Told of every run of a network. */
  readonly runs?: Runs;
  /** Told what happens to single faces. A camera process has none and cannot make one. */
  readonly observer?: Observer;
  /** The camera sets its own spotting threshold. Default: the model's holds, so that two replays see the same. */
  readonly calibration?: { readonly known: number | undefined; onDone(minScore: number): void };
  /** Somebody may be looking on. Must be done with the frame when it returns. */
  show?(frame: MaskedFrame, notes: Notes): void;
}

/** So many frames in a row without an answer of the detector are a failure, not a hiccup. */
const MOST_DETECTOR_FAILURES = 50;

/**
 * Joins the stages of one camera: the only place that knows all of them.
 *
 * @throws OperatorError model-*, precision-missing, provider-unavailable
 */
export async function buildStages(
  { camera, config }: Pick<Assignment, 'camera' | 'config'>,
  {
    wallClock,
    arrival = ({ ptsMs }) => ptsMs,
    patienceMs = Number.POSITIVE_INFINITY,
    runs,
    observer,
    show,
    calibration: wanted,
  }: Surroundings,
): Promise<BuiltStages> {
  const { inference, aggregation } = config;
  const { micronBert: model, detector: detectorFile } = await loadConfigured(config);
  const { tokens, input, landmarkTemplate, spot } = model.manifest;
  const sizePx = input.widthPx;
  const shape = { sizePx, tokenCount: tokens.count, dim: tokens.dim };

  const probe = { crops: new Tensor('uint8', new Uint8Array(sizePx * sizePx * 3), [1, sizePx, sizePx, 3]) };
  const { threads } = inference;
  const told = { threads, ...(runs && { runs }) };
  const asked = { provider: inference.provider, ...told };
  const encoder = await createSession(encoderOffers(model, inference.precision), asked, probe);
  const { precision } = encoder.offer;
  // The rest follows the encoder, so that health names one provider and it is true for all.
  const same = { provider: encoder.provider, ...told };
  const compare = createComparator(await createSession(comparatorOffer(model, precision), same), shape);
  const network = config.detector.kind === 'yunet' ? yunet : fullRange;
  const detector = { name: config.detector.file ?? 'the face detector', bytes: detectorFile };
  const detectorSession = await createSession(detector, same);
  const detect = createDetector(detectorSession, network, { ...camera.analysis, ...config.detector });
  const turned = createTurnedLook(detectorSession, network, camera.analysis);

  const isCut = createCutDetector();
  const tracker = createTracker({ ...TRACKER_DEFAULTS, startScore: config.detector.minScore });
  const veil = createVeil(camera.optOut, camera.analysis.widthPx, camera.analysis.heightPx);
  const permit = createPermit(camera, camera.analysis.widthPx, camera.analysis.heightPx);
  const redactor = createRedactor();
  const aligner = createAligner(landmarkTemplate, sizePx);
  const encode = createEncoder(encoder, shape);
  const usual = new UsualRegions(landmarkTemplate, sizePx);
  const compareAndSee = async (pairs: readonly Pair[]) => {
    const comparisons = await compare(pairs);
    usual.see(pairs, comparisons);
    return comparisons;
  };
  const calibration =
    wanted &&
    new Calibration(
      {
        minScore: spot.minScore,
        falseAlarmsPerFaceHour: config.spot.falseAlarmsPerFaceHour,
        faceMs: config.spot.calibrationFaceMinutes * 60_000,
        ...(wanted.known === undefined ? {} : { known: wanted.known }),
      },
      wanted.onDone,
    );
  const spotter = createSpotter(compareAndSee, spot, {
    onScore: (score) => observer?.onScore(score),
    ...(calibration && { calibration }),
  });
  const recognise = createRecogniser(compare, usual, landmarkTemplate, sizePx);
  const gate = createQualityGate(config.quality, sizePx);
  const credit = createCredit(
    {
      slotMs: aggregation.slotS * 1000,
      slotsPerTrack: aggregation.slotsPerTrack,
      windowMs: aggregation.windowS * 1000,
      regions: aggregation.regions !== undefined,
    },
    (trackId, sinceMs, untilMs, label) => observer?.onSlot({ trackId, sinceMs, untilMs, label }),
  );
  let frames = { seen: 0, redactedWhole: 0 };
  let failures = 0;
  const view = new View();

  const stages: Stages = {
    async detect(frame) {
      // Opt-out comes before any inference: what is gone cannot be found.
      veil(frame);
      gate.frame(frame.ptsMs, view.look(frame.image, frame.ptsMs));
      frames.seen++;
      if (isCut(frame.image)) tracker.end();
      const startedMs = performance.now();
      try {
        const faces = await detect(frame, tracker.expect(frame.ptsMs));
        await turned.look(frame.image, faces);
        failures = 0;
        return performance.now() - startedMs > patienceMs ? 'unsure' : faces;
      } catch (error) {
        if (++failures > MOST_DETECTOR_FAILURES) throw error;
        return 'unsure';
      }
    },
    track(faces, ptsMs) {
      const tracks = tracker.track(faces, ptsMs);
      const there = new Set(tracks.map(({ trackId }) => trackId));
      aligner.keepOnly(there);
      spotter.keepOnly(there);
      usual.keepOnly(there);
      gate.keepOnly(there);
      return tracks;
    },
    permit,
    redact: redactor.redact,
    redactWhole(frame) {
      frames.redactedWhole++;
      return redactor.redactWhole(frame);
    },
    mask: createMasker(),
    show: (frame) => show?.(frame, { verdict: gate.verdict, fps: gate.fps() }),
    align: (frame, faces) => aligner.align(frame, faces, spotter.restart),
    gate: gate.pass,
    encode,
    spot: (moments) => spotter.push(moments),
    recognise,
    credit(faces, events, frame) {
      observer?.onFrame(frame.ptsMs, faces, events);
      return credit(faces, events, frame.ptsMs, wallClock(frame), arrival(frame));
    },
  };
  return {
    stages,
    provider: encoder.provider,
    precision,
    frames() {
      const since = frames;
      frames = { seen: 0, redactedWhole: 0 };
      return since;
    },
    faceFrames: () => ({ ...gate.faceFrames(), turned: turned.frames() }),
    viewFault: () => view.fault,
    calibrationState: () => calibration?.state,
  };
}
