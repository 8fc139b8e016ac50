import type { WindowCounts } from '../aggregate/window.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { assignmentFor } from './assignment.ts';
import type { Calibrations } from './calibrations.ts';
import { CameraProcess } from './camera-process.ts';
import type { Switch } from './capture.ts';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';
import type { Reload } from './reload.ts';

export interface CamerasOptions {
  /** As it runs now. */
  config(): Config;
  readonly windows: WindowCounts;
  readonly progress: Progress;
  readonly calibrations: Calibrations;
  readonly log: Log;
}

interface Camera {
  readonly id: string;
  readonly process: CameraProcess;
  change(to: CameraConfig): Promise<void>;
}

/** The camera processes of a node: all on or all off, and one by one where the configuration changes. */
export class Cameras implements Switch {
  readonly #options: CamerasOptions;
  #list: readonly Camera[];
  readonly #leaving = new Set<Camera>();
  #on = false;

  constructor(options: CamerasOptions) {
    this.#options = options;
    this.#list = options.config().cameras.map((camera) => this.#make(camera));
  }

  get list(): readonly { readonly id: string; readonly process: CameraProcess }[] {
    return this.#list;
  }

  start(): void {
    this.#on = true;
    for (const { process } of this.#list) process.start();
  }

  async stop(): Promise<void> {
    this.#on = false;
    await Promise.all([...this.#list, ...this.#leaving].map(({ process }) => process.stop()));
  }

  /** Nobody else notices. Resolves when those that left are gone and those that changed have begun anew. */
  async apply({ added, changed, removed }: Reload['cameras']): Promise<void> {
    const leaving = this.#list.filter(({ id }) => removed.includes(id));
    const begun = added.map((camera) => this.#make(camera));
    const byId = new Map([...this.#list, ...begun].map((camera) => [camera.id, camera]));
    // In the order of the configuration, as health tells them.
    this.#list = this.#options.config().cameras.map(({ id }) => byId.get(id)!);
    if (this.#on) for (const { process } of begun) process.start();
    await Promise.all([
      ...changed.map((camera) => byId.get(camera.id)!.change(camera)),
      ...leaving.map(async (camera) => {
        this.#leaving.add(camera);
        await camera.process.stop();
        this.#leaving.delete(camera);
      }),
    ]);
  }

  #make(camera: CameraConfig): Camera {
    const { config, windows, progress, calibrations, log } = this.#options;
    let current = camera;
    const process = new CameraProcess(() => assignmentFor(current, config(), calibrations.of(current)), {
      viewable: config().live !== undefined,
      onProgress: () => progress.heard(),
      onSlots: (slots) => {
        // A process may speak for the zones of its own camera only.
        for (const slot of slots) if (current.zones.some(({ id }) => id === slot.zoneId)) windows.add(slot);
      },
      // Not logged when it comes: that would tell how much of faces was seen.
      onCalibration: (minScore) =>
        void calibrations
          .keep(current, minScore)
          .catch(({ code }: NodeJS.ErrnoException) =>
            log.warn({ camera: camera.id, code }, 'the calibration could not be written'),
          ),
      onChange: ({ state, code }) =>
        (code === undefined ? log.info : log.warn).call(log, { camera: camera.id, state, code }, 'camera'),
      onFailure: ({ code, message, remedy }) => log.error({ camera: camera.id, code, remedy }, message),
    });
    return {
      id: camera.id,
      process,
      change(to) {
        current = to;
        return process.renew();
      },
    };
  }
}
