import { z } from 'zod';
import { TOPICS, type TopicName } from '../topics.ts';

/**
 * JSON Schema (draft 7, which AsyncAPI tools must know) of what is on one topic. As closed as the schema that it is made
 * from: a key more, and the message is none of ours.
 */
export const jsonSchemaOf = (name: TopicName): object =>
  z.toJSONSchema(TOPICS[name].schema, { target: 'draft-7' });

export const NAMES = Object.keys(TOPICS) as TopicName[];

/** The same as a file of its own. */
export function schemaFileOf(name: TopicName): string {
  const { $schema, ...schema } = jsonSchemaOf(name) as { $schema: string };
  const file = { $schema, $id: `urn:micron-edge:${name}:1`, title: `micron-edge/${name}/1`, ...schema };
  return `${JSON.stringify(file, null, 2)}\n`;
}
