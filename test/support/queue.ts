import { randomUUID } from 'node:crypto';
import type { SealedSignal } from '../../agent/domain/aggregate.ts';
import type { Gap } from '../../agent/domain/gap.ts';
import { type Message, Queue, type QueueOptions } from '../../agent/publish/queue.ts';
import { systemClock } from '../../agent/state/clock.ts';

/** A queue without a ledger, and what it says of messages. */
export function queue(options: Partial<QueueOptions> = {}) {
  const told = { delivered: [] as number[], gaps: new Map<string, Gap>(), begun: [] as string[] };
  return {
    ...told,
    queue: new Queue({
      feed: 'plain',
      mostSignals: 1_000,
      keepMs: 48 * 3_600_000,
      clock: systemClock(),
      journal: {
        delivered: (n) => told.delivered.push(n),
        dropped: (gap) => told.gaps.set(gap.id, gap),
        told: (id) => told.gaps.delete(id),
      },
      newId: randomUUID,
      onGap: ({ zone, reason }) => told.begun.push(`${zone} ${reason}`),
      ...options,
    }),
  };
}

/** A signal as the release step hands it over; its window is what it says. */
export function message(signal: SealedSignal, n?: number): Message {
  const { window } = JSON.parse(signal.payload) as { window: { start: string; end: string } };
  return {
    signal,
    window: { startMs: Date.parse(window.start), endMs: Date.parse(window.end) },
    n,
  };
}
