import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As Linux tells it: Documentation/driver-api/thermal/sysfs-api.rst. A Jetson has the same folder. */
export const THERMAL = '/sys/class/thermal';

/** Where the kernel itself begins to slow the processor down or to switch the box off; `active` only starts a fan. */
const TRIPS = new Set(['passive', 'hot', 'critical']);
/** Trip points outside of it are placeholders: many drivers leave 0 or -274 in those that are not used. */
const PLAUSIBLE_C = { least: 40, most: 130 };
/**
 * Cooling devices that slow the box down, not those that blow: cpufreq and devfreq on ARM, throttle alerts of a Jetson,
 * ACPI processors and Intel's power clamp on x64.
 */
const SLOWS = /cpufreq|devfreq|throttle-alert|^processor$|powerclamp/i;

/** How hot the box is. */
export interface Heat {
  /** Of the hottest sensor, degrees Celsius. Undefined where there is none, as in virtual machines. */
  readonly hottestC: number | undefined;
  /** How much hotter the sensor that is nearest to it may become before the kernel acts. Undefined: nobody knows. */
  readonly marginC: number | undefined;
  /** The kernel slows it down already. */
  readonly throttled: boolean;
}

/** The names of a folder; none where there is no such folder, or a sandbox does not let us see it. */
const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    return [];
  });

/** Undefined for a sensor that is switched off: it answers with an error (on a Jetson, that of a GPU asleep). */
const text = (...path: string[]): Promise<string | undefined> =>
  readFile(join(...path), 'utf8').then(
    (content) => content.trim(),
    () => undefined,
  );

const celsius = async (...path: string[]): Promise<number> => Number(await text(...path)) / 1_000;

async function zone(folder: string): Promise<{ readonly c: number; readonly tripC: number } | undefined> {
  const c = await celsius(folder, 'temp');
  if (!Number.isFinite(c) || c <= 0) return undefined;
  const trips = (await namesIn(folder)).flatMap((name) => /^trip_point_\d+(?=_type$)/.exec(name)?.[0] ?? []);
  const tripsC = await Promise.all(
    trips.map(async (trip) =>
      TRIPS.has((await text(folder, `${trip}_type`)) ?? '') ? celsius(folder, `${trip}_temp`) : Number.NaN,
    ),
  );
  const { least, most } = PLAUSIBLE_C;
  return { c, tripC: Math.min(...tripsC.filter((tripC) => tripC >= least && tripC <= most)) };
}

/** @param folder `/sys/class/thermal`, or one that looks like it */
export async function readHeat(folder = THERMAL): Promise<Heat> {
  const names = await namesIn(folder);
  const those = (kind: string) =>
    names.filter((name) => name.startsWith(kind)).map((name) => join(folder, name));
  const zones = (await Promise.all(those('thermal_zone').map(zone))).filter((each) => each !== undefined);
  const slowed = await Promise.all(
    those('cooling_device').map(
      async (device) =>
        SLOWS.test((await text(device, 'type')) ?? '') && Number(await text(device, 'cur_state')) > 0,
    ),
  );
  const marginC = Math.min(...zones.map(({ c, tripC }) => tripC - c));
  return {
    hottestC: zones.length === 0 ? undefined : Math.max(...zones.map(({ c }) => c)),
    marginC: Number.isFinite(marginC) ? marginC : undefined,
    throttled: slowed.some(Boolean),
  };
}
