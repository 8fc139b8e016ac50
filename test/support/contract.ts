import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { ROOT } from '../../agent/installation.ts';

/** Files of `agent/publish/contract`, as whoever writes a dashboard gets them. */
export const contractFile = (name: string): string =>
  readFileSync(join(ROOT, 'agent/publish/contract', name), 'utf8');

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
/** @throws Error when it is no JSON Schema */
export const compile = (schema: object): ValidateFunction => ajv.compile(schema);

const validators = new Map<string, ValidateFunction>();

/** What is wrong with a message by the emitted JSON Schema of its topic, judged by Ajv, which knows nothing of our code. */
export function faultOf(name: string, body: unknown): string | undefined {
  let validate = validators.get(name);
  if (validate === undefined) {
    validate = compile(JSON.parse(contractFile(`${name}.schema.json`)));
    validators.set(name, validate);
  }
  return validate(body) ? undefined : ajv.errorsText(validate.errors);
}

/** Name of the message on a topic, such as `signal` for `.../zone/press/signal`. */
export const nameOn = (topic: string): string => topic.slice(topic.lastIndexOf('/') + 1);
