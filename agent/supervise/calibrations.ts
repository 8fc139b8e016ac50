import { join } from 'node:path';
import { z } from 'zod';
import type { CameraConfig } from '../config/schema.ts';
import { replace, systemDisk } from '../state/disk.ts';
import type { Log } from './log.ts';

const FILE = 'calibration.json';

/** Numbers only, one of each camera: nothing of when or of how many faces it was learned. */
const schema = z.strictObject({
  schema: z.literal('micron-edge/calibration/1'),
  cameras: z.record(
    z.string().regex(/^[a-z0-9-]{1,32}$/),
    z.strictObject({
      model: z.string().regex(/^[0-9a-f]{64}$/),
      widthPx: z.int().positive(),
      heightPx: z.int().positive(),
      minScore: z.number().min(-50).max(50),
    }),
  ),
});
type Content = z.output<typeof schema>;

/** The spotting thresholds that cameras have set themselves, over restarts. */
export class Calibrations {
  readonly #path: string;
  readonly #modelHash: string;
  #cameras: Content['cameras'] = {};
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, modelHash: string) {
    this.#path = path;
    this.#modelHash = modelHash;
  }

  /** A file that does not fit is ignored, with a line in the log: cameras calibrate themselves again. */
  static async open(folder: string, modelHash: string, log: Log): Promise<Calibrations> {
    const calibrations = new Calibrations(join(folder, FILE), modelHash);
    try {
      const bytes = await systemDisk.read(calibrations.#path);
      if (bytes !== undefined)
        calibrations.#cameras = schema.parse(JSON.parse(bytes.toString('utf8'))).cameras;
    } catch {
      log.warn({ code: 'calibration-unusable' }, 'the calibration file is ignored');
    }
    return calibrations;
  }

  /** Undefined: none, or for another model or another size of pictures. */
  of({ id, analysis }: CameraConfig): number | undefined {
    const kept = this.#cameras[id];
    const fits =
      kept?.model === this.#modelHash &&
      kept.widthPx === analysis.widthPx &&
      kept.heightPx === analysis.heightPx;
    return fits ? kept.minScore : undefined;
  }

  /** On disk when it resolves; one after the other. */
  keep({ id, analysis }: CameraConfig, minScore: number): Promise<void> {
    const { widthPx, heightPx } = analysis;
    this.#cameras = { ...this.#cameras, [id]: { model: this.#modelHash, widthPx, heightPx, minScore } };
    const write = async () => {
      const content: Content = { schema: 'micron-edge/calibration/1', cameras: this.#cameras };
      await (await replace(systemDisk, this.#path, Buffer.from(`${JSON.stringify(content)}\n`))).close();
    };
    this.#writing = this.#writing.catch(() => {}).then(write);
    return this.#writing;
  }
}
