import { inspect } from '../config/referenced.ts';
import { references } from '../config/references.ts';
import type { Config } from '../config/schema.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Every file that the configuration names: there, of the right form, and for nobody else to read. */
export async function secrets(config: Config, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const inspections = await Promise.all(references(config).map((reference) => inspect(reference, env)));
  return inspections.map(({ reference, error, warning }) => {
    const what = reference.path.map(String).join('.');
    if (error !== undefined) return fail(what, error.message, error.remedy ?? 'Put it there.');
    if (warning !== undefined) return warn(what, warning.found, warning.remedy);
    return ok(what, reference.file);
  });
}
