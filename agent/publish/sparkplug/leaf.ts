import { z } from 'zod';

/** Data types of Sparkplug B that our messages need. */
export type MetricType = 'Int64' | 'Double' | 'Boolean' | 'String' | 'DateTime';

/** One value in a message of ours, that is to become one metric. */
export interface Leaf {
  /** Keys on the way to it, with "/" between them. */
  readonly name: string;
  readonly type: MetricType;
  /** A bin of a histogram: it may carry noise. */
  readonly isBin: boolean;
}

export interface LeafOptions {
  /** Top-level keys that are left out. */
  readonly without?: readonly string[];
  /** Ids of the items of lists of objects, by the name of the list. */
  readonly ids?: Readonly<Record<string, readonly string[]>>;
}

/** The parts of JSON Schema that message schemas come out as. */
interface Shape {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly oneOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly propertyNames?: { readonly enum: readonly string[] };
  readonly additionalProperties?: Shape | false;
  readonly items?: Shape;
}

/** Every value that a message of this schema can have, whichever form it takes, in the order of the schema. */
export function leavesOf(schema: z.ZodType, { without = [], ids = {} }: LeafOptions = {}): Leaf[] {
  const found = new Map<string, Leaf>();
  for (const leaf of walk(z.toJSONSchema(schema) as Shape, [], false, ids))
    if (!without.includes(leaf.name.split('/')[0]!) && !found.has(leaf.name)) found.set(leaf.name, leaf);
  return [...found.values()];
}

function* walk(
  shape: Shape,
  path: readonly string[],
  isBin: boolean,
  ids: NonNullable<LeafOptions['ids']>,
): Generator<Leaf> {
  const name = path.join('/');
  if (shape.oneOf !== undefined) for (const each of shape.oneOf) yield* walk(each, path, isBin, ids);
  else if (shape.propertyNames !== undefined && shape.additionalProperties)
    for (const key of shape.propertyNames.enum)
      yield* walk(shape.additionalProperties, [...path, key], true, ids);
  else if (shape.properties !== undefined)
    for (const [key, inner] of Object.entries(shape.properties))
      yield* walk(inner, [...path, key], isBin, ids);
  else if (shape.items?.properties !== undefined) {
    const { id: _, ...properties } = shape.items.properties;
    for (const id of ids[name] ?? []) yield* walk({ properties }, [...path, id], isBin, ids);
  } else yield { name, type: typeOf(shape), isBin };
}

function typeOf({ type, format, const: only }: Shape): MetricType {
  if (type === 'integer' || Number.isInteger(only)) return 'Int64';
  if (type === 'number') return 'Double';
  if (type === 'boolean') return 'Boolean';
  return format === 'date-time' ? 'DateTime' : 'String';
}
