import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path, Place } from './problem.ts';
import type { Source } from './source.ts';

/** Where in which file each part of the merged configuration came from. */
export interface Origin {
  /**
   * Of the value at `path`; of the innermost enclosing value that is written down when there is none (a default, a
   * missing key).
   */
  placeOf(path: Path): Place;
  /** Of the key itself that ends `path`. */
  placeOfKey(path: Path): Place;
}

/** A top-level key and the file it stands in. */
export interface Entry {
  readonly source: Source;
  readonly pair: Pair<Node, Node | null>;
}

export const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));

export const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

export const pairsOf = (map: YAMLMap): Pair<Node, Node | null>[] => map.items as Pair<Node, Node | null>[];

const resolved = (node: Node | null | undefined, source: Source): Node | null | undefined =>
  isAlias(node) ? node.resolve(source.document) : node;

/** The node below `node` at `path`, as far as it goes, and the pair that led to it. */
function descend(start: Entry, path: Path): { node: Node; pair: Pair<Node, Node | null>; complete: boolean } {
  let pair = start.pair;
  let node: Node = pair.value ?? pair.key;
  for (const step of path) {
    const inside = resolved(node, start.source);
    let next: Node | null | undefined;
    if (isMap(inside)) {
      const found = pairsOf(inside).find((candidate) => keyOf(candidate) === step);
      if (found !== undefined) {
        pair = found;
        next = found.value ?? found.key;
      }
    } else if (isSeq(inside) && typeof step === 'number') next = inside.items[step] as Node | undefined;
    if (next === null || next === undefined) return { node, pair, complete: false };
    node = next;
  }
  return { node, pair, complete: true };
}

/** `entries`: for each top-level key what the files say about it, in their order; lists in several are one list. */
export function originOf(sources: readonly Source[], entries: ReadonlyMap<string, readonly Entry[]>): Origin {
  /** The entry that a path begins in, and the rest of the path within it. */
  const enter = (path: Path): { entry: Entry; rest: Path } | undefined => {
    const [key, index, ...deeper] = path;
    const found = entries.get(String(key));
    if (found === undefined || found.length === 0) return undefined;
    if (found.length === 1 || typeof index !== 'number') return { entry: found[0]!, rest: path.slice(1) };
    let position = index;
    for (const entry of found) {
      const list = resolved(entry.pair.value, entry.source);
      const length = isSeq(list) ? list.items.length : 0;
      if (position < length) return { entry, rest: [position, ...deeper] };
      position -= length;
    }
    return { entry: found[0]!, rest: [] };
  };
  const root = (): Place => {
    const source = sources.find(({ document }) => document.contents !== null) ?? sources[0]!;
    return source.place(startOf(source.document.contents as Node | null));
  };
  return {
    placeOf(path) {
      const start = enter(path);
      if (start === undefined) return root();
      return start.entry.source.place(startOf(descend(start.entry, start.rest).node));
    },
    placeOfKey(path) {
      const start = enter(path);
      if (start === undefined) return root();
      const { node, pair, complete } = descend(start.entry, start.rest);
      return start.entry.source.place(startOf(complete ? pair.key : node));
    },
  };
}
