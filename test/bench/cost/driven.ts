import { join } from 'node:path';
import { buildStages } from '../../../agent/camera/stages.ts';
import { loadConfig } from '../../../agent/config/load.ts';
import { ROOT } from '../../../agent/installation.ts';
import { type Stages, watch } from '../../../agent/pipeline.ts';
import { asFrame } from '../faces/picture.ts';
import type { HeldPicture, Size } from './held.ts';

export const STAGES = [
  'detect',
  'track',
  'permit',
  'redact',
  'redactWhole',
  'align',
  'mask',
  'show',
  'gate',
  'encode',
  'spot',
  'recognise',
  'credit',
] as const satisfies readonly (keyof Stages)[];
export type StageName = (typeof STAGES)[number];

/** Whose cost goes with the faces; that of the others is told for a picture. */
export const BY_FACE: ReadonlySet<StageName> = new Set<StageName>(['align', 'gate', 'encode', 'spot']);

/** Called around each call of a stage. `before` gives what `after` gets back; `units` is how many faces it had to do with. */
export interface Meter<T> {
  before(): T;
  after(stage: StageName, from: T, units: number): void;
}

/** How many faces a call is about, by what goes in. */
const facesIn = (stage: StageName, args: readonly unknown[]): number => {
  const last = stage === 'align' ? args[1] : args[0];
  return Array.isArray(last) ? last.length : 1;
};

function metered<T>(stages: Stages, meter: Meter<T>): Stages {
  const entries = STAGES.map((name) => {
    const stage = stages[name] as (...args: unknown[]) => unknown;
    const timed = (...args: unknown[]) => {
      const units = facesIn(name, args);
      const from = meter.before();
      const result = stage(...args);
      if (!(result instanceof Promise)) {
        meter.after(name, from, units);
        return result;
      }
      return result.then((value: unknown) => {
        meter.after(name, from, units);
        return value;
      });
    };
    return [name, timed];
  });
  return Object.fromEntries(entries) as unknown as Stages;
}

/** The pipeline of the demo's first camera, in this process. */
export async function pipelineOf<T>(size: Size, meter?: Meter<T>) {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  const camera = { ...config.cameras[0]!, analysis: size };
  const { stages } = await buildStages({ camera, config }, { wallClock: ({ ptsMs }) => Math.max(0, ptsMs) });
  return { stages: meter === undefined ? stages : metered(stages, meter) };
}

/**
 * Held pictures through a pipeline, each in memory of its own that the pipeline may destroy.
 *
 * @param onPicture called after each
 */
export async function drive(
  pictures: readonly HeldPicture[],
  size: Size,
  stages: Stages,
  onPicture: (index: number) => void = () => {},
): Promise<void> {
  const working = new Uint8Array((size.widthPx * size.heightPx * 3) / 2);
  async function* frames() {
    for (const [i, { data, ptsMs }] of pictures.entries()) {
      working.set(data);
      yield { frame: asFrame({ ...size, data: working }, ptsMs), release: () => void working.fill(0) };
      onPicture(i);
    }
  }
  for await (const _ of watch(frames(), stages));
}
