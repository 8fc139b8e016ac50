export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Half of a surrogate pair, which no UTF-8 can carry. */
const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function text(value: string): string {
  if (LONE.test(value)) throw new TypeError('not Unicode text');
  return JSON.stringify(value);
}

/**
 * The one spelling of a JSON value under the JSON Canonicalization Scheme (RFC 8785): no blanks, keys in the order of
 * their UTF-16 code units (3.2.3), numbers and texts as ECMAScript writes them (3.2.2), which is what JSON.stringify
 * does. Keys that are undefined are left out. @throws TypeError for what I-JSON (RFC 7493) cannot hold
 */
export function canonical(value: Json): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${value} is not a JSON number`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value as { readonly [key: string]: Json | undefined })
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${text(key)}:${canonical(inner)}`);
  return `{${members.join(',')}}`;
}
