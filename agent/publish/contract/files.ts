import { asyncApiText } from './asyncapi.ts';
import { NAMES, schemaFileOf } from './json-schemas.ts';

/** The files of this folder that are made from code, by name. */
export const contractFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['asyncapi.yaml', asyncApiText()],
    ...NAMES.map((name) => [`${name}.schema.json`, schemaFileOf(name)] as const),
  ]);
