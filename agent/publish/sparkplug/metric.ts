import type { UMetric } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import type { Leaf, MetricType } from './leaf.ts';

export type MetricValue = number | boolean | string | null;

/** A metric of a Sparkplug B payload. */
export type Metric = UMetric & { readonly name: string; readonly type: MetricType };

export interface Occasion {
  /** When the value came to be, milliseconds since the epoch. */
  readonly atMs: number;
  /** It waited here while nobody could take it: it is not the newest word. */
  readonly isHistorical?: boolean;
}

/** What is at the end of a path; items of a list are found by their `id`. */
function at(message: unknown, path: readonly string[]): unknown {
  let value = message;
  for (const key of path)
    value = Array.isArray(value)
      ? value.find((item: { id?: unknown }) => item.id === key)
      : (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

function valueAt(message: unknown, { name, type }: Leaf): MetricValue {
  const value = at(message, name.split('/'));
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.join(', ');
  return type === 'DateTime' ? Date.parse(value as string) : (value as MetricValue);
}

/** `interval95` of the noise that is nearest above a bin. */
function intervalOf(message: unknown, { name }: Leaf): number | undefined {
  const path = name.split('/');
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const interval = at(message, [...path.slice(0, depth), 'noise', 'interval95']);
    if (typeof interval === 'number') return interval;
  }
  return undefined;
}

/** The metrics of a message; what it does not have is null, and a count with noise carries its interval as a property. */
export function metricsOf(
  message: unknown,
  leaves: readonly Leaf[],
  { atMs, isHistorical }: Occasion,
): Metric[] {
  return leaves.map((leaf) => {
    const value = valueAt(message, leaf);
    const interval = leaf.isBin && value !== null ? intervalOf(message, leaf) : undefined;
    return {
      name: leaf.name,
      type: leaf.type,
      value,
      // tck-id-payloads-name-birth-data-requirement: every metric has its own time.
      timestamp: atMs,
      ...(isHistorical ? { isHistorical } : {}),
      ...(interval === undefined ? {} : { properties: { interval95: { type: 'Int64', value: interval } } }),
    };
  });
}
