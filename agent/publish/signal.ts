import { asSealed, type ReleasedAggregate, type SealedSignal } from '../domain/aggregate.ts';
import { type Signal, signalSchema } from './messages.ts';

/** What is the same for all signals of a node. */
export interface SignalContext {
  readonly node: string;
  readonly purpose: Signal['purpose'];
  readonly slotSeconds: number;
  readonly model: Signal['model'];
  /** As declared, by zone id. */
  readonly headCounts: ReadonlyMap<string, number>;
}

const iso = (ms: number) => new Date(ms).toISOString();

/**
 * The message for one released aggregate.
 *
 * @param id names it: whoever gets it twice knows it by that
 * @throws ZodError when it does not fit its own schema: a defect, not sent
 */
export function signalFor(aggregate: ReleasedAggregate, context: SignalContext, id: string): Signal {
  const { startMs, endMs, cutMs } = aggregate.window;
  const base = {
    schema: 'micron-edge/signal/1',
    node: context.node,
    zone: aggregate.zoneId,
    id,
    window: { start: iso(startMs), end: iso(endMs), ...(cutMs === undefined ? {} : { cut: iso(cutMs) }) },
    purpose: context.purpose,
    headCount: context.headCounts.get(aggregate.zoneId),
    slotSeconds: context.slotSeconds,
    model: context.model,
  };
  if (aggregate.state === 'withheld')
    return signalSchema.parse({ ...base, state: 'withheld', reason: aggregate.reason });
  const { counts, noise, regions } = aggregate;
  return signalSchema.parse({
    ...base,
    state: 'released',
    slots: counts,
    noise,
    ...(regions && { regions: { slots: regions.counts, noise: regions.noise } }),
  });
}

/** The bytes that go out, and into the ledger before that. @throws ZodError as `signalFor` */
export const seal = (aggregate: ReleasedAggregate, context: SignalContext, id: string): SealedSignal =>
  asSealed({ zoneId: aggregate.zoneId, payload: JSON.stringify(signalFor(aggregate, context, id)) });

/** A message out of the ledger, as it was; undefined when it is none of ours, so that a changed file cannot speak. */
export function unseal(payload: string, zoneId: string): SealedSignal | undefined {
  let body: unknown;
  try {
    body = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const parsed = signalSchema.safeParse(body);
  return parsed.success && parsed.data.zone === zoneId ? asSealed({ zoneId, payload }) : undefined;
}
