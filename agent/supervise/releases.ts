import type { Ledger } from '../aggregate/ledger.ts';
import { release } from '../aggregate/release.ts';
import type { ClosedWindow } from '../aggregate/window.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Config } from '../config/schema.ts';
import type { Outlet } from '../publish/outlet.ts';
import type { Kept } from '../publish/queue.ts';
import { type SignalContext, seal, unseal } from '../publish/signal.ts';
import type { Log } from './log.ts';
import type { Zones } from './zones.ts';

export interface ReleasesOptions {
  readonly config: Config;
  readonly context: Omit<SignalContext, 'headCounts'>;
  readonly zones: Pick<Zones, 'headCounts'>;
  readonly ledger: Ledger;
  readonly audit: AuditLog;
  readonly publisher: Pick<Outlet, 'signal' | 'resume'>;
  /** Name of a new message, one that no other ever has. */
  newId(): string;
  readonly log: Log;
}

/** Closed windows out to the broker, by way of release step and ledger. */
export class Releases {
  readonly #options: ReleasesOptions;
  /** Zones whose last window was withheld for that reason: each beginning is told once. */
  readonly #told = { budget: new Set<string>(), ledger: new Set<string>() };

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  /** What the last run released and the broker has not acknowledged, byte for byte as it was, and what it gave up. */
  resume(): void {
    const { ledger, publisher, log } = this.#options;
    const kept: { readonly at: number; readonly item: Kept }[] = ledger.gaps.map((gap) => ({
      at: gap.at!,
      item: { gap },
    }));
    for (const { n, zone, startMs, endMs, payload, ageMs, owed } of ledger.waiting) {
      const signal = unseal(payload, zone);
      if (signal === undefined) log.error({ zone }, 'the ledger holds a message that is not ours: not sent');
      else kept.push({ at: n, item: { signal, window: { startMs, endMs }, n, ageMs, owed } });
    }
    publisher.resume(kept.sort((a, b) => a.at - b.at).map(({ item }) => item));
  }

  /** @param watched whether capture was on at some moment of the window */
  async send(closed: ClosedWindow, watched: boolean): Promise<void> {
    const { config, context, zones, ledger, publisher, newId } = this.#options;
    const { headCounts } = zones;
    const { zoneId, window } = closed;
    const outgoing = await release(
      closed,
      { headCount: headCounts.get(zoneId)!, watched },
      config.aggregation,
      ledger,
      (aggregate) => seal(aggregate, { ...context, headCounts }, newId()),
    );
    if (outgoing === undefined) return;
    const { aggregate, message, n } = outgoing;
    publisher.signal({ signal: message, window, n });
    await this.#tell(zoneId, aggregate.state === 'withheld' ? aggregate.reason : undefined);
  }

  async #tell(zone: string, reason: string | undefined): Promise<void> {
    const { audit, log } = this.#options;
    for (const kind of ['budget', 'ledger'] as const) {
      const zones = this.#told[kind];
      if (reason !== kind) {
        zones.delete(zone);
        continue;
      }
      if (zones.has(zone)) continue;
      zones.add(zone);
      log.warn({ zone }, kind === 'budget' ? 'the daily budget is spent' : 'the ledger cannot be written');
      const event = kind === 'budget' ? ('budget-spent' as const) : ('ledger-failed' as const);
      await audit
        .append({ event, detail: { zone } })
        .catch((error: NodeJS.ErrnoException) => log.error({ code: error.code }, 'not in the audit log'));
    }
  }
}
