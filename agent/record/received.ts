import type { z } from 'zod';
import type { Answer, GapMessage, Health, Signal, Status } from '../publish/messages.ts';
import { TOPICS } from '../publish/topics.ts';

/** What a node says and nobody has to obey, by the last part of its schema's name. */
const KINDS = {
  status: TOPICS.status,
  health: TOPICS.health,
  signal: TOPICS.signal,
  gap: TOPICS.gap,
  audit: TOPICS.audit,
  answer: TOPICS.answer,
} as const;
type Kind = keyof typeof KINDS;
type Audit = z.output<(typeof TOPICS)['audit']['schema']>;

export type Message =
  | { readonly kind: 'signal'; readonly body: Signal }
  | { readonly kind: 'gap'; readonly body: GapMessage }
  | { readonly kind: 'health'; readonly body: Health }
  | { readonly kind: 'status'; readonly body: Status }
  | { readonly kind: 'audit'; readonly body: Audit }
  | { readonly kind: 'answer'; readonly body: Answer };

/** Why something is not taken as a message of a node. */
export const UNFIT = ['not-json', 'not-ours', 'other-version', 'wrong-fields', 'wrong-topic'] as const;
export type Unfit = (typeof UNFIT)[number];

export type Received = Message & {
  /** Topic without what is the same for all nodes; without a topic, the node alone. Tells nodes apart. */
  readonly root: string;
  /** Fields of a newer version were left out. */
  readonly newer: boolean;
};

/** MQTT filters of the kinds, below the root of one node or of all below a base topic. */
export const filtersBelow = (root: string): string[] =>
  Object.values(KINDS).map(({ path }) => `${root}/${path.replace('{zone}', '+')}`);

/**
 * A payload as one of the messages of a node, by its own closed schema. A field that the schema does not have is left
 * out, because the same schema number may get new ones; everything else that does not fit is no message.
 *
 * @param topic where it came from, if that is known: kind, node and zone must then agree with it
 */
export function receive(payload: unknown, topic?: string): Received | Unfit {
  const name = (payload as { schema?: unknown } | null)?.schema;
  const [, kind, version] = /^micron-edge\/([a-z]+)\/(\d+)$/.exec(String(name)) ?? [];
  if (kind === undefined || !Object.hasOwn(KINDS, kind)) return 'not-ours';
  if (version !== '1') return 'other-version';
  const { schema, path } = KINDS[kind as Kind];
  const parsed = parse(schema, payload);
  if (parsed === undefined) return 'wrong-fields';
  const message = { kind, body: parsed.body } as Message;
  const { body } = message;
  const below = path.replace(
    '{zone}',
    message.kind === 'signal' || message.kind === 'gap' ? message.body.zone : '',
  );
  const end = `micron-edge/${body.node}/${below}`;
  if (topic !== undefined && topic !== end && !topic.endsWith(`/${end}`)) return 'wrong-topic';
  const root = (topic ?? end).slice(0, -below.length - 1);
  return { ...message, root, newer: parsed.newer };
}

function parse(schema: z.ZodType, value: unknown): { body: unknown; newer: boolean } | undefined {
  const first = schema.safeParse(value);
  if (first.success) return { body: first.data, newer: false };
  const copy = structuredClone(value);
  for (const issue of first.error.issues) {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const holder = issue.path.reduce<unknown>((inner, step) => (inner as never)?.[step as never], copy);
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  const second = schema.safeParse(copy);
  return second.success ? { body: second.data, newer: true } : undefined;
}
