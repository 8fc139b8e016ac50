import { createAligner } from '../align/aligner.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { createCutDetector } from '../detect/cut.ts';
import { createDetector } from '../detect/detector.ts';
import { fullRange } from '../detect/full-range.ts';
import { lightOf } from '../detect/light.ts';
import { View, type ViewFault } from '../detect/view.ts';
import { yunet } from '../detect/yunet.ts';
import type { FaceFrames } from '../domain/quality.ts';
import { createSession } from '../inference/session.ts';
import { loadConfigured } from '../models/configured.ts';
import { createPermit } from '../permit/permit.ts';
import type { Stages } from '../pipeline.ts';
import { createQualityGate } from '../quality/gate.ts';
import { createMasker } from '../redact/mask.ts';
import { createRedactor } from '../redact/redact.ts';
import { createVeil } from '../redact/veil.ts';
import { createTracker, TRACKER_DEFAULTS } from '../track/tracker.ts';
import { Measures } from './measures.ts';

/** A minute of nothing but one shade is enough to say so here, where somebody waits for the answer. */
const VIEW = { spanMs: 5_000, spansToTell: 2, spansToForget: 2 };

/** The path of a camera up to the quality gate, measured; nothing is encoded, spotted, recognised or counted. */
export async function buildAssessment(
  camera: CameraConfig,
  config: Config,
): Promise<{
  readonly stages: Stages;
  readonly measures: Measures;
  faceFrames(): FaceFrames;
  viewFault(): ViewFault | undefined;
}> {
  const { micronBert, detector: bytes } = await loadConfigured(config);
  const { input, landmarkTemplate } = micronBert.manifest;
  const { widthPx, heightPx } = camera.analysis;
  const network = config.detector.kind === 'yunet' ? yunet : fullRange;
  const name = config.detector.file ?? 'the face detector';
  const session = await createSession({ name, bytes }, config.inference);
  const detect = createDetector(session, network, { ...camera.analysis, ...config.detector });
  const isCut = createCutDetector();
  const tracker = createTracker({ ...TRACKER_DEFAULTS, startScore: config.detector.minScore });
  const veil = createVeil(camera.optOut, widthPx, heightPx);
  const redactor = createRedactor();
  const aligner = createAligner(landmarkTemplate, input.widthPx);
  const gate = createQualityGate(config.quality, input.widthPx);
  const view = new View(VIEW);
  const measures = new Measures(input.widthPx, landmarkTemplate);
  const stages: Stages = {
    async detect(frame) {
      veil(frame);
      gate.frame(frame.ptsMs, view.look(frame.image, frame.ptsMs));
      measures.picture(frame.ptsMs, frame.arrivedMs, lightOf(frame.image));
      if (isCut(frame.image)) tracker.end();
      return detect(frame, tracker.expect(frame.ptsMs));
    },
    track(faces, ptsMs) {
      const tracks = tracker.track(faces, ptsMs);
      const there = new Set(tracks.map(({ trackId }) => trackId));
      aligner.keepOnly(there);
      gate.keepOnly(there);
      measures.tracks(tracks);
      return tracks;
    },
    permit: createPermit(camera, widthPx, heightPx),
    redact: redactor.redact,
    redactWhole: redactor.redactWhole,
    align: (frame, faces) => aligner.align(frame, faces, () => {}),
    mask: createMasker(),
    show: () => {},
    gate(faces, crops) {
      measures.faces(faces, crops);
      const good = gate.pass(faces, crops);
      for (const { rgb } of crops) rgb.fill(0);
      return good;
    },
    encode: async () => [],
    spot: async () => [],
    recognise: async () => [],
    credit: () => [],
  };
  return {
    stages,
    measures,
    faceFrames: gate.faceFrames,
    viewFault: () => view.fault,
  };
}
