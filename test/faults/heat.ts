import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { THERMAL } from '../../agent/thermal/sensors.ts';

/** Where the kernel of the imitated box acts. */
const TRIP_C = 95;

/**
 * One sensor of an imitated box, that is laid over the kernel's own for the daemon alone, in a mount namespace: the
 * daemon reads /sys as always. Undefined where nothing may be mounted.
 */
export class Heat {
  readonly #folder: string;

  static in(folder: string): Heat | undefined {
    const heat = new Heat(folder);
    const [command, ...args] = [...heat.before, 'cat', join(THERMAL, 'thermal_zone0/temp')];
    return spawnSync(command!, args, { stdio: 'ignore' }).status === 0 ? heat : undefined;
  }

  private constructor(folder: string) {
    this.#folder = folder;
    const zone = join(folder, 'thermal_zone0');
    mkdirSync(zone, { recursive: true });
    writeFileSync(join(zone, 'type'), 'cpu-thermal\n');
    writeFileSync(join(zone, 'trip_point_0_type'), 'passive\n');
    writeFileSync(join(zone, 'trip_point_0_temp'), `${TRIP_C * 1000}\n`);
    this.become(60);
  }

  /** Runs a program that sees it. */
  get before(): readonly string[] {
    return ['unshare', '-m', 'sh', '-c', `mount --bind "$0" ${THERMAL} && exec "$@"`, this.#folder];
  }

  become(celsius: number): void {
    writeFileSync(join(this.#folder, 'thermal_zone0/temp'), `${celsius * 1000}\n`);
  }
}
