/** What the simulator asks of a process with nodes. */
export interface Task {
  readonly url: string;
  /** `node-0001` and so on. */
  readonly nodes: readonly string[];
  readonly zones: number;
  readonly windowMs: number;
  readonly healthMs: number;
  /** For the ledgers. */
  readonly folder: string;
  /** Where each node has its certificate as `node-NAME.pem`, beside `server-ca.pem`; without it, no TLS. */
  readonly certificates?: string;
}

/** The parent tells it to begin with connections or windows, to end windows, or to end itself. */
export type Order = 'connect' | 'windows' | 'no-more-windows' | 'end';

/** What a process with nodes reports, several times a second. Wall clock, milliseconds. */
export interface Report {
  /** A connection was accepted. */
  readonly connects: readonly number[];
  /** Ids of signals that were handed to the publisher. */
  readonly handed: readonly string[];
  /** Ids of signals that the broker has acknowledged. */
  readonly acknowledged: readonly string[];
  /** Signals that the queues still hold, and that they have given up. */
  readonly waiting: number;
  readonly discarded: number;
  readonly connected: number;
  readonly residentKb: number;
  readonly isReady: boolean;
}
