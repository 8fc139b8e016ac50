import type { z } from 'zod';
import type { Origin } from './origin.ts';
import { type Path, type Problem, printable } from './problem.ts';
import { allowedIn, shapeAt } from './shape.ts';
import { nearestTo } from './suggest.ts';

const SECRET = /url|password|passphrase|credential|secret|token|^key/i;

/** A value as a message may show it: short scalars only, and nothing that could hold a credential. */
export function shown(value: unknown, path: Path): string | undefined {
  if (path.some((step) => typeof step === 'string' && SECRET.test(step))) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > 40 || /@|:\/\//.test(value)) return undefined;
  return `"${printable(value)}"`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'a mapping';
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function unknownKey(key: string, path: Path, origin: Origin): Problem {
  const own = [...path, key];
  const place = origin.placeOfKey(own);
  if (key === '<<')
    return { place, path: own, wrong: 'merge keys are not supported', allowed: 'write the keys out' };
  const known = Object.keys(shapeAt(path)?.properties ?? {});
  const meant = nearestTo(key, known);
  const allowed = meant === undefined ? `allowed here: ${known.join(', ')}` : `did you mean ${meant}?`;
  return { place, path: own, wrong: 'there is no such key', allowed };
}

/** Problems in the words of the configuration, for what the schema has found. `value` is what was checked. */
export function explain(issue: z.core.$ZodIssue, value: unknown, origin: Origin): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, origin));
  const shape = shapeAt(path);
  const found = valueAt(value, path);
  const place = origin.placeOf(path);
  if (issue.code === 'custom') return [{ place, path, wrong: issue.message, allowed: issue.params?.allowed }];
  const allowed = shape === undefined ? undefined : allowedIn(shape);
  if (found === undefined) return [{ place, path, wrong: 'missing', allowed: expected(allowed) }];

  const scalar = shown(found, path);
  const as = scalar === undefined ? kindOf(found) : scalar;
  switch (issue.code) {
    case 'too_small':
    case 'too_big': {
      const sized = typeof found === 'string' || Array.isArray(found);
      const wrong = sized
        ? `${kindOf(found)} with ${found.length} ${Array.isArray(found) ? 'entries' : 'characters'}`
        : `${as} is out of range`;
      return [{ place, path, wrong, allowed: expected(allowed) }];
    }
    default:
      return [{ place, path, wrong: `${as} does not fit`, allowed: expected(allowed) }];
  }
}

const expected = (allowed: string | undefined): string | undefined =>
  allowed === undefined ? undefined : `allowed: ${allowed}`;
