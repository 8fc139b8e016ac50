import { type JsonSchema, jsonSchema } from './json-schema.ts';
import type { Path } from './problem.ts';

/** The schema of what stands at `path`; undefined where nothing may stand. */
export function shapeAt(path: Path, from: JsonSchema = jsonSchema): JsonSchema | undefined {
  let shape: JsonSchema | undefined = from;
  for (const step of path) {
    if (typeof step === 'string') shape = shape?.properties?.[step];
    else shape = shape?.prefixItems?.[step] ?? (shape?.items || undefined);
  }
  return shape;
}

const quoted = (values: readonly unknown[]): string => values.map((value) => String(value)).join(', ');

function amount(what: string, least: number | undefined, most: number | undefined): string {
  if (least !== undefined && least === most) return `${least} ${what}`;
  if (least !== undefined && most !== undefined) return `${least} to ${most} ${what}`;
  if (least !== undefined) return `at least ${least} ${what}`;
  return most === undefined ? what : `at most ${most} ${what}`;
}

function range(shape: JsonSchema): string {
  const kind = shape.type === 'integer' ? 'whole number' : 'number';
  const step = shape.multipleOf === undefined ? '' : `, a multiple of ${shape.multipleOf}`;
  if (shape.exclusiveMinimum !== undefined)
    return `a ${kind} above ${shape.exclusiveMinimum}, at most ${shape.maximum}${step}`;
  return `a ${kind} from ${shape.minimum} to ${shape.maximum}${step}`;
}

/** What may be written here, in words: for messages and for the table of keys. */
export function allowedIn(shape: JsonSchema): string {
  if (shape.anyOf !== undefined) return `one of ${quoted(shape.anyOf.map((option) => option.const))}`;
  if (shape.enum !== undefined) return `one of ${quoted(shape.enum)}`;
  switch (shape.type) {
    case 'object':
      return `a mapping with ${Object.keys(shape.properties ?? {}).join(', ')}`;
    case 'array':
      if (shape.prefixItems !== undefined)
        return `a list of ${shape.prefixItems.length}, each ${allowedIn(shape.prefixItems[0]!)}`;
      return `a list, ${amount('entries', shape.minItems, shape.maxItems)}`;
    case 'string':
      if (shape.format === 'date') return 'a date, YYYY-MM-DD';
      return shape.patternErrorMessage ?? `a text, ${amount('characters', shape.minLength, shape.maxLength)}`;
    default:
      return range(shape);
  }
}
