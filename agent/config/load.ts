import { dirname, resolve } from 'node:path';
import { explain } from './explain.ts';
import { merge } from './merge.ts';
import type { Origin } from './origin.ts';
import { at, ConfigError, type Path, type Problem } from './problem.ts';
import { references } from './references.ts';
import type { Finding } from './rule.ts';
import { findings } from './rules.ts';
import { type Config, configSchema } from './schema.ts';
import { readSources } from './source.ts';

export interface Loaded {
  readonly config: Config;
  /** The files read, in the order in which they were joined. */
  readonly files: readonly string[];
  readonly origin: Origin;
}

/**
 * Reads the configuration from a YAML file, or from all of a folder as if they were one. Relative file names in it are
 * relative to the file that they stand in. Problems of one step (YAML, schema, rules) are reported all at once; the
 * next step runs only without any.
 * @throws OperatorError config-missing, config-unreadable
 * @throws ConfigError config-invalid, with the place of every problem
 */
export async function loadConfig(path: string): Promise<Loaded> {
  const sources = await readSources(path);
  stopAt(
    path,
    sources.flatMap(({ problems }) => problems),
  );
  const { value, origin, problems } = merge(sources);
  stopAt(path, problems);

  const parsed = configSchema.safeParse(value);
  if (!parsed.success)
    throw new ConfigError(
      path,
      parsed.error.issues.flatMap((issue) => explain(issue, value, origin)),
    );
  const config = parsed.data;
  stopAt(
    path,
    findings(config).map((finding) => located(finding, origin)),
  );
  for (const { path: key, file } of references(config))
    set(config, key, resolve(dirname(origin.placeOf(key).file), file));
  return { config, files: sources.map(({ file }) => file), origin };
}

function stopAt(path: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigError(path, problems);
}

function located({ path, wrong, allowed, other }: Finding, origin: Origin): Problem {
  const also = other === undefined ? '' : ` (${at(origin.placeOf(other))})`;
  return { place: origin.placeOf(path), path, wrong: `${wrong}${also}`, allowed };
}

/** Only for paths that `references` has read from the same configuration. */
function set(config: Config, path: Path, file: string): void {
  let holder = config as unknown as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  holder[path.at(-1)!] = file;
}
