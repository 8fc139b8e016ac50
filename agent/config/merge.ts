import { isMap, type Node } from 'yaml';
import { type Entry, keyOf, type Origin, originOf, pairsOf, startOf } from './origin.ts';
import { at, type Problem } from './problem.ts';
import type { Source } from './source.ts';

/** Lists that grow over several files; every other top-level key belongs in one. */
const JOINED = 'cameras';

/** More uses of anchors than any configuration has; stops documents that explode when expanded. */
const MOST_ALIASES = 100;

/** What several sources say together, as plain values, with where each part is from and what keeps them from being joined. */
export function merge(sources: readonly Source[]): {
  value: Record<string, unknown>;
  origin: Origin;
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const entries = new Map<string, Entry[]>();
  const value: Record<string, unknown> = Object.create(null);

  for (const source of sources) {
    const root = source.document.contents;
    if (root === null) continue;
    if (!isMap(root)) {
      problems.push({
        place: source.place(startOf(root as Node)),
        path: [],
        wrong: 'the file is not a mapping of keys to values',
        allowed: 'start with a key such as "node:"',
      });
      continue;
    }
    let plain: Record<string, unknown>;
    try {
      plain = source.document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch (error) {
      // The parser throws ReferenceError for an alias without anchor and for one expansion too many.
      if (!(error instanceof ReferenceError)) throw error;
      problems.push({
        place: source.place(startOf(root as Node)),
        path: [],
        wrong: `YAML: an alias without its anchor, or more than ${MOST_ALIASES} values by alias`,
        allowed: 'put a text that starts with "*" in quotes; write repeated values out',
      });
      continue;
    }
    for (const pair of pairsOf(root)) {
      const key = keyOf(pair);
      const before = entries.get(key);
      const entry = { source, pair };
      if (before === undefined) {
        entries.set(key, [entry]);
        value[key] = plain[key];
      } else if (key === JOINED && Array.isArray(value[key]) && Array.isArray(plain[key])) {
        before.push(entry);
        value[key] = [...(value[key] as unknown[]), ...(plain[key] as unknown[])];
      } else {
        const first = before[0]!;
        problems.push({
          place: source.place(startOf(pair.key)),
          path: [key],
          wrong: `also given at ${at(first.source.place(startOf(first.pair.key)))}`,
          allowed:
            key === JOINED
              ? `only lists of ${JOINED} are joined`
              : `a top-level key belongs in one file; only ${JOINED} are joined`,
        });
      }
    }
  }
  return { value, origin: originOf(sources, entries), problems };
}
