import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The parts of JSON Schema (draft 2020-12) that our schema comes out as. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer';
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | false;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  /** What the pattern means, in words; editors that speak JSON Schema show it. */
  readonly patternErrorMessage?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly multipleOf?: number;
}

/** JSON Schema of what an operator may write: keys with a default are optional. */
export const jsonSchema = {
  $id: 'urn:micron-edge:configuration',
  title: 'Configuration of micron-edge',
  ...z.toJSONSchema(configSchema, { io: 'input' }),
} as JsonSchema;

export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema, null, 2)}\n`;
