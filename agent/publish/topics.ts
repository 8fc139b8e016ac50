import type { z } from 'zod';
import { commandSchema } from './command.ts';
import {
  answerSchema,
  auditSchema,
  gapSchema,
  healthSchema,
  signalSchema,
  statusSchema,
} from './messages.ts';

/** A topic below the root of a node. `{zone}` stands for the id of a zone. */
export interface Topic {
  readonly path: string;
  readonly retain: boolean;
  readonly schema: z.ZodType;
  /** In one sentence: when a message comes. */
  readonly when: string;
}

/** All that a node says, and the one topic that it listens to; QoS 1. The AsyncAPI document is made from it too. */
export const TOPICS = {
  status: {
    path: 'status',
    retain: true,
    schema: statusSchema,
    when: 'After each connect, change of capture and reload; the last will says offline for a box that died',
  },
  health: {
    path: 'health',
    retain: false,
    schema: healthSchema,
    when: 'Every health.intervalS, while connected',
  },
  signal: {
    path: 'zone/{zone}/signal',
    retain: false,
    schema: signalSchema,
    when: 'Once per zone and window, at least once; waits while the broker is away',
  },
  gap: {
    path: 'zone/{zone}/gap',
    retain: false,
    schema: gapSchema,
    when: 'In the place of signals of the zone that were given up: too many or too old while the broker was away, or refused',
  },
  audit: {
    path: 'audit',
    retain: true,
    schema: auditSchema,
    when: 'After each new entry of the audit log: its number and hash, for others to keep',
  },
  command: {
    path: 'command',
    retain: false,
    schema: commandSchema,
    when: 'Read, not written: pause, resume and reload. Never retained, at most 512 bytes',
  },
  answer: {
    path: 'command/answer',
    retain: false,
    schema: answerSchema,
    when: 'What became of a command',
  },
} as const satisfies Record<string, Topic>;
export type TopicName = keyof typeof TOPICS;

/** Without a slash at its end. */
export const rootOf = ({ baseTopic, node }: { readonly baseTopic: string; readonly node: string }): string =>
  `${baseTopic}/micron-edge/${node}`;

export const gapTopic = (zoneId: string): string => TOPICS.gap.path.replace('{zone}', zoneId);
export const signalTopic = (zoneId: string): string => TOPICS.signal.path.replace('{zone}', zoneId);
