/**
 * What went on besides counting. `camera` has its code, `refused` its reasons, `paused` who did it in `detail`; `gap` how
 * many signals of which zone were given up; `withheld` zone and reason of windows that were withheld because something was
 * amiss; `slowed` why a camera was looked at less often than it sends.
 */
export type IncidentKind =
  | 'offline'
  | 'silence'
  | 'restart'
  | 'paused'
  | 'refused'
  | 'camera'
  | 'slowed'
  | 'withheld'
  | 'discarded'
  | 'gap'
  | 'audit'
  | 'software'
  | 'model'
  | 'kpi';

export interface Incident {
  readonly kind: IncidentKind;
  readonly fromMs: number;
  /** Undefined for what has no length, and for what had not ended when the recording did. */
  toMs?: number;
  /** A span that was not over at the end of the recording. */
  open?: boolean;
  readonly camera?: string;
  readonly detail?: string;
}

/** So many of each kind are listed for a node, so that a camera that comes and goes hides nothing else; the others are counted. */
const MOST_OF_A_KIND = 50;
const MOST_NAMED = 300;

export class Incidents {
  readonly listed: Incident[] = [];
  readonly counts = new Map<IncidentKind, { times: number; ms: number }>();
  readonly #named = new Map<string, Incident>();
  readonly #spans = new Map<string, Incident>();

  /** Something without length. */
  at(kind: IncidentKind, atMs: number, detail?: string): void {
    this.#list({ kind, fromMs: atMs, ...(detail === undefined ? {} : { detail }) });
  }

  /** A span that is known when it is over. */
  between(kind: IncidentKind, fromMs: number, toMs: number, detail?: string): void {
    this.#list({ kind, fromMs, toMs, ...(detail === undefined ? {} : { detail }) });
    this.counts.get(kind)!.ms += toMs - fromMs;
  }

  /** A span that takes the place of what was last said of it under that name. */
  replaced(name: string, kind: IncidentKind, fromMs: number, toMs: number, detail: string): void {
    const before = this.#named.get(name);
    if (before !== undefined) {
      this.counts.get(kind)!.ms += toMs - fromMs - (before.toMs! - before.fromMs);
      Object.assign(before, { fromMs, toMs, detail });
      return;
    }
    const incident: Incident = { kind, fromMs, toMs, detail };
    if (this.#named.size < MOST_NAMED) this.#named.set(name, incident);
    this.#list(incident);
    this.counts.get(kind)!.ms += toMs - fromMs;
  }

  /** Since `atMs` this is so for `subject`; undefined: nothing is wrong with it any more. */
  state(
    subject: string,
    atMs: number,
    now: { readonly kind: IncidentKind; readonly camera?: string; readonly detail?: string } | undefined,
  ): void {
    const before = this.#spans.get(subject);
    if (before?.kind === now?.kind && before?.detail === now?.detail) return;
    if (before !== undefined) this.#end(subject, before, atMs);
    if (now === undefined) return;
    const begun: Incident = { ...now, fromMs: atMs, open: true };
    this.#spans.set(subject, begun);
    this.#list(begun);
  }

  /** Nothing more comes. */
  close(atMs: number): void {
    for (const incident of this.#spans.values())
      this.counts.get(incident.kind)!.ms += Math.max(0, atMs - incident.fromMs);
  }

  #end(subject: string, incident: Incident, atMs: number): void {
    incident.toMs = atMs;
    incident.open = false;
    this.#spans.delete(subject);
    this.counts.get(incident.kind)!.ms += atMs - incident.fromMs;
  }

  #list(incident: Incident): void {
    const count = this.counts.get(incident.kind) ?? { times: 0, ms: 0 };
    count.times++;
    this.counts.set(incident.kind, count);
    if (count.times <= MOST_OF_A_KIND) this.listed.push(incident);
  }
}
