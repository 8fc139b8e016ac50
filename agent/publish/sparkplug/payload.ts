import { get } from 'sparkplug-payload';
import type { Metric } from './metric.ts';
import { NAMESPACE } from './topic.ts';

const codec = get(NAMESPACE)!;

/** tck-id-topics-nbirth-rebirth-metric: the one command that an edge node must know. */
export const REBIRTH = 'Node Control/Rebirth';
export const BD_SEQ = 'bdSeq';

/** Sequence numbers and birth numbers are one byte: tck-id-payloads-ndata-seq-inc, tck-id-payloads-ndeath-bdseq. */
export const next = (number: number): number => (number + 1) % 256;

export interface Content {
  readonly atMs: number;
  readonly metrics: readonly Metric[];
  /** Absent in NDEATH: tck-id-payloads-ndeath-seq */
  readonly seq?: number;
}

export function encode({ atMs, metrics, seq }: Content): Buffer {
  const payload = { timestamp: atMs, metrics: [...metrics], ...(seq === undefined ? {} : { seq }) };
  return Buffer.from(codec.encodePayload(payload));
}

/** tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq: INT64 */
export const bdSeqMetric = (bdSeq: number, atMs: number): Metric => ({
  name: BD_SEQ,
  type: 'Int64',
  value: bdSeq,
  timestamp: atMs,
});

/** tck-id-payloads-nbirth-rebirth-req */
export const rebirthMetric = (atMs: number): Metric => ({
  name: REBIRTH,
  type: 'Boolean',
  value: false,
  timestamp: atMs,
});

const LONGEST_BYTES = 4_096;

/** Does a command ask for a new birth? Undefined when it is none that can be read. */
export function asksForRebirth(payload: Uint8Array): boolean | undefined {
  if (payload.length > LONGEST_BYTES) return undefined;
  try {
    const { metrics } = codec.decodePayload(payload);
    // tck-id-operational-behavior-data-commands-rebirth-name, -value
    return (metrics ?? []).some(({ name, value }) => name === REBIRTH && value === true);
  } catch {
    return undefined;
  }
}
