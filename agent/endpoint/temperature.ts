import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ZONES = '/sys/class/thermal';
/** Coarser than what a few faces more or less do to a processor. */
const STEP_C = 20;
const HOUR_MS = 3_600_000;

/** The hottest thermal zone now, in degrees Celsius; undefined where there are none (virtual machines). */
export async function hottest(folder = ZONES): Promise<number | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // No such folder, or none that a sandbox lets us see: a box without sensors, either way.
    if (error.code === undefined) throw error;
    return [];
  });
  const temperatures = await Promise.all(
    names
      .filter((name) => name.startsWith('thermal_zone'))
      // A sensor that is switched off answers with an error (on a Jetson: that of a GPU asleep).
      .map((name) => readFile(join(folder, name, 'temp'), 'utf8').then(Number, () => Number.NaN)),
  );
  const known = temperatures.filter((milli) => Number.isFinite(milli) && milli > 0);
  return known.length === 0 ? undefined : Math.max(...known) / 1_000;
}

/**
 * The hottest of the last hour, rounded up to 20 degrees. Heat follows load, and load follows faces; as it is told, it
 * says whether the box needs air, and next to nothing about who stands before it.
 */
export class Temperature {
  #samples: { readonly upMs: number; readonly c: number }[] = [];

  add(c: number | undefined, upMs: number): void {
    if (c !== undefined) this.#samples.push({ upMs, c });
    this.#samples = this.#samples.filter((sample) => upMs - sample.upMs < HOUR_MS);
  }

  get hottestC(): number | undefined {
    if (this.#samples.length === 0) return undefined;
    return Math.ceil(Math.max(...this.#samples.map(({ c }) => c)) / STEP_C) * STEP_C;
  }
}
