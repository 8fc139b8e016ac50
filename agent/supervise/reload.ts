import { dotted } from '../config/problem.ts';
import { findings } from '../config/rules.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { canonical, type Json } from '../domain/canonical.ts';

/** What a new configuration means for a daemon that runs. */
export interface Reload {
  /** The running configuration with what can be applied of the new one, and nothing else. */
  readonly next: Config;
  readonly cameras: {
    readonly added: readonly CameraConfig[];
    /** They begin anew with what is new for them. */
    readonly changed: readonly CameraConfig[];
    /** Ids. */
    readonly removed: readonly string[];
  };
  /** Login or certificates are others: the broker is to be connected anew. */
  readonly broker: boolean;
  /** Keys that have an effect from now on, such as `cameras.press-2` or `governance.dpia`. */
  readonly applied: readonly string[];
  /** Keys whose change has none before the next start. */
  readonly afterRestart: readonly string[];
}

type Section = Exclude<keyof Config, 'cameras'>;

/** What is asked for anew each time that it matters; `true`: all of a section, else those keys of it. */
const LIVE: Readonly<Partial<Record<Section, true | readonly string[]>>> = {
  schedule: true,
  // Purpose and jurisdiction are in the first entry of the audit log and in every message, retention is held by open files.
  governance: ['legalBasis', 'dpia', 'notice', 'agreement'],
  // What camera processes are told at their start: all of them begin anew.
  quality: true,
  spot: true,
  log: true,
  aggregation: ['atStop'],
  health: ['intervalS'],
};
/** What of these is in the assignment of every camera. */
const OF_CAMERAS: readonly Section[] = ['quality', 'spot'];

const same = (a: unknown, b: unknown): boolean =>
  canonical([a ?? null] as Json) === canonical([b ?? null] as Json);

const keysOf = (...objects: (object | undefined)[]): string[] =>
  [...new Set(objects.flatMap((each) => Object.keys(each ?? {})))].sort();

/** Compares key by key: what can be applied without a restart is, the rest keeps its old value. */
export function reloadOf(running: Config, wanted: Config): Reload {
  const next: Record<string, unknown> = { ...running };
  const applied: string[] = [];
  const afterRestart: string[] = [];
  const take = (into: Record<string, unknown>, from: Record<string, unknown>, key: string) => {
    if (from[key] === undefined) delete into[key];
    else into[key] = from[key];
  };
  for (const section of keysOf(running, wanted) as (keyof Config)[]) {
    if (section === 'cameras' || same(running[section], wanted[section])) continue;
    const live = LIVE[section];
    if (live === true) {
      take(next, wanted, section);
      applied.push(section);
    } else if (live === undefined) afterRestart.push(section);
    else {
      const [was, is] = [running[section], wanted[section]] as Record<string, unknown>[];
      const mixed = { ...was };
      for (const key of keysOf(was, is).filter((each) => !same(was![each], is![each])))
        if (live.includes(key)) {
          take(mixed, is!, key);
          applied.push(`${section}.${key}`);
        } else afterRestart.push(`${section}.${key}`);
      next[section] = mixed;
    }
  }
  const isNewForAll = OF_CAMERAS.some((section) => applied.includes(section));
  const before = new Map(running.cameras.map((camera) => [camera.id, camera]));
  const added = wanted.cameras.filter(({ id }) => !before.has(id));
  const kept = wanted.cameras.filter(({ id }) => before.has(id));
  const changed = kept.filter((camera) => isNewForAll || !same(before.get(camera.id), camera));
  const removed = running.cameras
    .map(({ id }) => id)
    .filter((id) => !kept.some((camera) => camera.id === id));
  for (const id of [...added, ...changed].map((camera) => camera.id).concat(removed))
    applied.push(`cameras.${id}`);
  return {
    next: { ...(next as unknown as Config), cameras: wanted.cameras },
    cameras: { added, changed, removed },
    broker: false,
    applied,
    afterRestart,
  };
}

/** Also with files that hold something else now, by the keys that name them: see `HeldFiles`. */
export function withFiles(reload: Reload, keys: readonly string[]): Reload {
  const { next, cameras } = reload;
  const begun = new Set([...cameras.added, ...cameras.changed].map(({ id }) => id));
  const changed = next.cameras.filter(
    ({ id }) => !begun.has(id) && keys.includes(`cameras.${id}.credentialsFile`),
  );
  const ofBroker = keys.filter((key) => key.startsWith('mqtt.'));
  return {
    ...reload,
    cameras: { ...cameras, changed: [...cameras.changed, ...changed] },
    broker: ofBroker.length > 0,
    applied: [...reload.applied, ...ofBroker, ...changed.map(({ id }) => `cameras.${id}.credentialsFile`)],
    afterRestart: [...reload.afterRestart, ...keys.filter((key) => key.startsWith('page.'))],
  };
}

/** Rules that the mixture of old and new breaks, by the keys that decide them; then all of it has to wait. */
export const brokenBy = ({ next }: Reload): string[] => findings(next).map(({ path }) => dotted(path));
