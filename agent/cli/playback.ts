import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CameraConfig } from '../config/schema.ts';
import { frames } from '../decode/source.ts';
import { OperatorError } from '../domain/errors.ts';
import type { SlotObservation } from '../domain/signal.ts';
import { type Stages, watch } from '../pipeline.ts';

export const addressOf = (file: string): string => pathToFileURL(resolve(file)).href;

/**
 * A recording through the pipeline as if it were `camera`, as fast as it goes and without leaving a frame out: the
 * decoder waits for the pipeline, so that two runs see the same.
 *
 * @param onPicture told the media time of each picture before the pipeline sees it
 * @throws OperatorError recording-unusable (exit 2)
 */
export async function* play(
  file: string,
  camera: CameraConfig,
  stages: Stages,
  onPicture: (ptsMs: number) => void,
): AsyncGenerator<SlotObservation[], void, undefined> {
  const ended = new AbortController();
  let failure: string | undefined;
  const source = frames(
    {
      ...camera,
      ...camera.analysis,
      url: addressOf(file),
      realTime: false,
      reconnect: { firstMs: 1, mostMs: 1 },
    },
    {
      onState(state, code, words) {
        if (state !== 'waiting') return;
        failure = `${code}${words ? `: ${words}` : ''}`;
        ended.abort();
      },
      onDrop() {
        throw new Error('a recording lost a frame');
      },
    },
    ended.signal,
  );
  async function* counted() {
    for await (const delivery of source) {
      onPicture(delivery.frame.ptsMs);
      yield delivery;
    }
  }
  yield* watch(counted(), stages);
  if (failure !== undefined)
    throw new OperatorError('config', 'recording-unusable', `${file} cannot be replayed (${failure}).`);
}
