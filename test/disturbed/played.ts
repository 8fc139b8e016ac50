import { join } from 'node:path';
import { buildStages } from '../../agent/camera/stages.ts';
import { readTruth } from '../../agent/cli/evaluation-files.ts';
import { addressOf, play } from '../../agent/cli/playback.ts';
import { loadConfig } from '../../agent/config/load.ts';
import type { CameraConfig } from '../../agent/config/schema.ts';
import { evaluate } from '../../agent/evaluate/evaluation.ts';
import { observe } from '../../agent/evaluate/observer.ts';
import { createRecorder } from '../../agent/evaluate/recording.ts';
import { ROOT } from '../../agent/installation.ts';
import { createZoning } from '../../agent/permit/permit.ts';

/** What a recording made of the pipeline. */
export interface Played {
  readonly pictures: number;
  /** Time of faces that counted, seconds. */
  readonly faceSeconds: number;
  /** Faces whose time counted within the last second. */
  readonly facesAtTheEnd: number;
  /** Events that reached a slot. */
  readonly events: number;
  /** Those of them that the truth does not have, and F1 of spotting; undefined without a truth. */
  readonly falseEvents?: number;
  readonly f1?: number | null;
}

/** A recording through all that a camera process runs, as `replay --evaluate` does it. */
export async function played(
  file: string,
  truthFile: string | undefined,
  ofCamera: Partial<Pick<CameraConfig, 'analysis' | 'rotate'>> = {},
): Promise<Played> {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  const camera = { ...config.cameras[0]!, ...ofCamera };
  const recorder = createRecorder();
  const observer = observe(config.governance.purpose, addressOf(file), recorder);
  const built = await buildStages(
    { camera, config },
    { wallClock: ({ ptsMs }) => Math.max(0, ptsMs), observer },
  );
  for await (const _ of play(file, camera, built.stages, recorder.picture));
  const lastMs = recorder.pictureMs.at(-1) ?? 0;
  const late = recorder.sightings.filter(({ ptsMs }) => ptsMs > lastMs - 1_000);
  const counts = {
    pictures: recorder.pictureMs.length,
    faceSeconds: secondsOf(recorder.sightings),
    facesAtTheEnd: new Set(late.map(({ trackId }) => trackId)).size,
    events: recorder.events.filter(({ label }) => label !== 'none').length,
  };
  if (truthFile === undefined) return counts;
  const { widthPx, heightPx } = camera.analysis;
  const place = { widthPx, heightPx, zoneOf: createZoning(camera, widthPx, heightPx) };
  const { spotting, falseEvents } = evaluate(recorder, await readTruth(truthFile), place);
  return {
    ...counts,
    falseEvents: falseEvents.none.events + falseEvents.mistimed.events,
    f1: spotting.f1,
  };
}

/** Sightings of one track that are no more than 100 ms apart make time. */
function secondsOf(sightings: readonly { readonly trackId: number; readonly ptsMs: number }[]): number {
  const last = new Map<number, number>();
  let sumMs = 0;
  for (const { trackId, ptsMs } of sightings) {
    const stepMs = ptsMs - (last.get(trackId) ?? Number.NEGATIVE_INFINITY);
    if (stepMs <= 100) sumMs += stepMs;
    last.set(trackId, ptsMs);
  }
  return sumMs / 1000;
}
