import type { Assignment } from '../camera/messages.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { readCredentials } from '../config/secrets.ts';

/** What a camera process is told; the credentials are read each time, so that a changed password needs no restart. */
export async function assignmentFor(
  camera: CameraConfig,
  config: Config,
  knownMinScore?: number,
): Promise<Assignment> {
  const { inference, detector, quality, spot, aggregation } = config;
  return {
    type: 'start',
    camera,
    config: { inference, detector, quality, spot, aggregation },
    ...(knownMinScore === undefined ? {} : { knownMinScore }),
    ...(camera.credentialsFile === undefined
      ? {}
      : { credentials: await readCredentials(camera.credentialsFile) }),
  };
}
