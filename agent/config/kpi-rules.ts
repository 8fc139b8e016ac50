import type { Path } from './problem.ts';
import type { Finding } from './rule.ts';
import type { Config } from './schema.ts';
import { headCounts } from './zones.ts';

/** Definitions of success are about zones that there are, and can be told apart. */
export function* kpiRules(config: Config): Generator<Finding> {
  const zones = headCounts(config);
  const seen = new Map<string, Path>();
  for (const [i, definition] of (config.kpi?.definitions ?? []).entries()) {
    const path: Path = ['kpi', 'definitions', i];
    const other = seen.get(definition.id);
    if (other !== undefined)
      yield {
        path: [...path, 'id'],
        wrong: `"${definition.id}" is the id of another definition too`,
        allowed: 'ids are unique in this list',
        other,
      };
    else seen.set(definition.id, [...path, 'id']);
    for (const [j, zone] of definition.zones.entries()) {
      if (!zones.has(zone))
        yield {
          path: [...path, 'zones', j],
          wrong: `there is no zone "${zone}"`,
          allowed: `one of ${[...zones.keys()].join(', ')}`,
        };
      if (definition.zones.indexOf(zone) !== j)
        yield { path: [...path, 'zones', j], wrong: `"${zone}" is named twice`, allowed: 'each zone once' };
    }
    for (const [j, label] of definition.labels.entries())
      if (definition.labels.indexOf(label) !== j)
        yield {
          path: [...path, 'labels', j],
          wrong: `"${label}" is named twice`,
          allowed: 'each label once',
        };
  }
}
