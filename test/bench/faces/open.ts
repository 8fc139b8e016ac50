import { join } from 'node:path';
import { createDetector, type DetectorOptions, type Mechanisms } from '../../../agent/detect/detector.ts';
import { fullRange } from '../../../agent/detect/full-range.ts';
import { createSession, type Graph } from '../../../agent/inference/session.ts';
import { MODELS_FOLDER } from '../../../agent/installation.ts';
import { loadModelOf } from '../../../agent/models/verify.ts';

/** The shipped face detector, on the CPU with one thread. */
export async function openFaceNetwork(): Promise<Graph> {
  const { files } = await loadModelOf('face-detector', join(MODELS_FOLDER, 'face-detector'));
  return createSession({ name: 'face detector', bytes: files.detector! }, { provider: 'cpu', threads: 1 });
}

/** A detector as the example configuration has it. */
export const detectorOf = (
  session: Graph,
  size: Pick<DetectorOptions, 'widthPx' | 'heightPx'>,
  mechanisms?: Mechanisms,
  options: Partial<DetectorOptions> = {},
) =>
  createDetector(session, fullRange, { ...size, minScore: 0.5, farEveryFrames: 12, ...options }, mechanisms);
