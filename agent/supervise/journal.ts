import type { Ledger } from '../aggregate/ledger.ts';
import type { Journal } from '../publish/queue.ts';
import type { Log } from './log.ts';

/** Writes down in the ledger what became of messages. What could not be written is in memory until it can. */
export function journalIn(ledger: Ledger, log: Log): Journal {
  const noted = (work: Promise<void>) =>
    void work.catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      log.warn({ code: error.code }, 'not noted what became of a message: it may go out again');
    });
  return {
    delivered: (n, feed) => noted(ledger.delivered(n, feed)),
    dropped: (gap, n) => noted(ledger.dropped(gap, n)),
    told: (id) => noted(ledger.told(id)),
  };
}
