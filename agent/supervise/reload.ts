import type { CameraConfig, Config } from '../config/schema.ts';
import { canonical, type Json } from '../domain/canonical.ts';

/** What a new configuration means for a daemon that runs. */
export interface Reload {
  /** Cameras that begin anew with what is new for them. */
  readonly cameras: readonly CameraConfig[];
  /** Keys whose change has no effect before the next start. */
  readonly afterRestart: readonly string[];
}

const same = (a: unknown, b: unknown): boolean =>
  canonical([a ?? null] as Json) === canonical([b ?? null] as Json);

/** What windows, budget and messages stand on: places of zones may change, zones may not. */
const standing = ({ id, zones }: CameraConfig) => ({
  id,
  zones: zones.map(({ polygon: _, ...zone }) => zone),
});

/**
 * Compares section by section. Only what belongs to one camera alone is changed while running: its address, password,
 * transport, picture, polygons. Everything else stands in messages, budgets or the audit log, or is held by somebody.
 */
export function reloadOf(running: Config, wanted: Config): Reload {
  const keys = new Set([...Object.keys(running), ...Object.keys(wanted)]) as Set<keyof Config>;
  keys.delete('cameras');
  const afterRestart: string[] = [...keys].filter((key) => !same(running[key], wanted[key])).sort();
  const cameras: CameraConfig[] = [];
  const before = new Map(running.cameras.map((camera) => [camera.id, camera]));
  for (const camera of wanted.cameras) {
    const was = before.get(camera.id);
    before.delete(camera.id);
    if (was === undefined) afterRestart.push(`cameras: ${camera.id} is new`);
    else if (!same(standing(was), standing(camera))) afterRestart.push(`cameras: the zones of ${camera.id}`);
    else if (!same(was, camera)) cameras.push(camera);
  }
  for (const id of before.keys()) afterRestart.push(`cameras: ${id} is gone`);
  return { cameras, afterRestart };
}

/** The running configuration after `reload`, with what was applied of the new one and nothing else. */
export function applied(running: Config, { cameras }: Reload): Config {
  const changed = new Map(cameras.map((camera) => [camera.id, camera]));
  return { ...running, cameras: running.cameras.map((camera) => changed.get(camera.id) ?? camera) };
}
