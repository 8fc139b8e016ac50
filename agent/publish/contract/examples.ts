import type { Signal } from '../messages.ts';
import { TOPICS, type TopicName } from '../topics.ts';

const node = 'press-shop-2';
const at = '2026-11-24T07:30:11.000Z';
const hash = '5f0c6d5a1e7b4f0f9a3b8d1c2e4f60718293a4b5c6d7e8f90a1b2c3d4e5f6071';
const watching = { state: 'watching' };
const signal = {
  schema: 'micron-edge/signal/1',
  node,
  zone: 'press-2',
  id: '0b1c5c4e-6a54-4f0f-9d83-3a3c7c6f2f10',
  window: { start: '2026-11-24T07:15:00.000Z', end: '2026-11-24T07:30:00.000Z' },
  purpose: 'safety',
  headCount: 6,
  slotSeconds: 10,
  model: {
    name: 'micron-bert-edge',
    version: '0.1.0',
    hash,
    trained: true,
    evidence: 'synthetic',
    validatedOn: [],
  },
} satisfies Partial<Signal>;

const EXAMPLES: Readonly<Record<TopicName, Readonly<Record<string, object>>>> = {
  status: {
    online: {
      schema: 'micron-edge/status/1',
      node,
      state: 'online',
      capture: watching,
      at,
      version: '0.1.0',
    },
    'after a reload': {
      schema: 'micron-edge/status/1',
      node,
      state: 'online',
      capture: watching,
      reload: {
        at,
        accepted: true,
        applied: ['cameras.press-2-front', 'governance.dpia'],
        afterRestart: ['mqtt'],
      },
      at,
      version: '0.1.0',
    },
    'last will': { schema: 'micron-edge/status/1', node, state: 'offline', version: '0.1.0' },
  },
  health: {
    'one camera': {
      schema: 'micron-edge/health/1',
      node,
      at,
      uptimeS: 61,
      provider: 'cpu',
      precision: 'fp32',
      memoryMb: 256,
      capture: watching,
      broker: { reconnects: 0, waiting: 0, discarded: 0 },
      cameras: [
        {
          id: 'press-2-front',
          state: 'streaming',
          fps: 25,
          reconnects: 0,
          restarts: 0,
          rate: { wanted: 25, lowest: 15, shedding: 'overload' },
          poor: [],
        },
      ],
    },
  },
  signal: {
    released: {
      ...signal,
      state: 'released',
      slots: { none: 118, negative: -7, positive: 21, surprise: 9 },
      noise: { mechanism: 'discrete-laplace', epsilon: 1, interval95: 36 },
    },
    'with regions of the face': {
      ...signal,
      state: 'released',
      slots: { none: 118, negative: -7, positive: 21, surprise: 9 },
      noise: { mechanism: 'discrete-laplace', epsilon: 1, interval95: 36 },
      regions: {
        slots: { brows: 12, eyes: -5, nose: 3, cheeks: 0, mouth: 31, chin: 8 },
        noise: { mechanism: 'discrete-laplace', epsilon: 0.5, interval95: 72 },
      },
    },
    withheld: { ...signal, state: 'withheld', reason: 'budget' },
  },
  gap: {
    'a long outage': {
      schema: 'micron-edge/gap/1',
      node,
      zone: 'press-2',
      id: '5b8f3c1a-5c0e-4b7e-8f0a-2f4d9b6f7a21',
      from: '2026-11-20T06:00:00.000Z',
      to: '2026-11-22T07:30:00.000Z',
      count: 198,
      reason: 'age',
    },
  },
  audit: { 'newest entry': { schema: 'micron-edge/audit/1', node, at, seq: 4711, hash } },
  command: {
    pause: { command: 'pause', id: '4711' },
    resume: { command: 'resume' },
    reload: { command: 'reload' },
  },
  answer: {
    yes: {
      schema: 'micron-edge/answer/1',
      node,
      at,
      command: 'pause',
      id: '4711',
      accepted: true,
      capture: { state: 'paused', by: 'mqtt', since: '2026-11-24T07:30:00.000Z' },
    },
    'a configuration with a mistake': {
      schema: 'micron-edge/answer/1',
      node,
      at,
      command: 'reload',
      accepted: false,
      reason: 'invalid',
      reload: { at, accepted: false, code: 'config-invalid', applied: [], afterRestart: [] },
      capture: watching,
    },
    no: {
      schema: 'micron-edge/answer/1',
      node,
      at,
      command: 'resume',
      accepted: false,
      reason: 'paused-locally',
      capture: { state: 'paused', by: 'local', since: '2026-11-24T06:02:00.000Z' },
    },
  },
};

/** Messages as they could come. @throws ZodError when one does not fit its schema: a defect of this file */
export const examplesOf = (name: TopicName): { readonly name: string; readonly payload: unknown }[] =>
  Object.entries(EXAMPLES[name]).map(([title, payload]) => ({
    name: title,
    payload: TOPICS[name].schema.parse(payload),
  }));
