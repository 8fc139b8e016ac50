import t from 'tap';
import type { Ledger } from '../../agent/aggregate/ledger.ts';
import { OperatorError } from '../../agent/domain/errors.ts';
import { SimDisk } from '../support/sim-disk.ts';
import { DAEMON, Life, type Ways } from './ledger-life.ts';
import { Broken } from './ledger-model.ts';

const SEQUENCES = Number(process.env.LEDGER_SEQUENCES ?? 150);
const FIRST_SEED = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 1e9));

t.test(`${SEQUENCES} lives, seeds from ${FIRST_SEED}`, async (t) => {
  let published = 0;
  for (let i = 0; i < SEQUENCES; i++) {
    const life = new Life(FIRST_SEED + i);
    try {
      await life.live();
    } catch (error) {
      t.fail(`LEDGER_SEED=${FIRST_SEED + i}: ${(error as Error).stack}`);
      return;
    }
    published += life.model.publishedCount;
  }
  t.ok(published > SEQUENCES * 3, `${published} messages went out`);
});

/** A ledger of which something else is true. */
const changed = (ledger: Ledger, changes: Partial<Pick<Ledger, 'has' | 'append'>>): Ledger =>
  new Proxy(ledger, {
    get(target, key) {
      const value = Reflect.get(changes, key) ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** Keeps in a cache what it should have put on the medium. */
class ForgetfulDisk extends SimDisk {
  override async grow(path: string) {
    return { ...(await super.grow(path)), sync: async () => {} };
  }
}

const MUTANTS: Record<string, Partial<Ways>> = {
  'nothing is synced': { disk: (random) => new ForgetfulDisk(random) },
  'the budget comes back by the wall clock': {
    clock: (clock) => ({ wallMs: () => clock.wallMs(), upMs: () => clock.wallMs(), boot: 'one' }),
  },
  'a window that comes again is drawn again': {
    ledger: (ledger) => changed(ledger, { has: () => false }),
  },
  'less is entered than was spent': {
    ledger: (ledger) =>
      changed(ledger, {
        append: (release) => ledger.append({ ...release, epsilon: release.epsilon / 2 }),
      }),
  },
  'sent before it is entered': {
    ledger: (ledger) =>
      changed(ledger, {
        append: async (release) => {
          void ledger.append(release).catch(() => {});
          return 1;
        },
      }),
  },
};
/** So many lives at most until it shows; it takes a few. */
const MOST_LIVES = 100;

for (const [name, ways] of Object.entries(MUTANTS))
  t.test(`${name}: found out`, async (t) => {
    for (let i = 0; i < MOST_LIVES; i++) {
      try {
        await new Life(FIRST_SEED + i, { ...DAEMON, ...ways }).live();
      } catch (error) {
        // Or the ledger itself finds lines that cannot be.
        if (!(error instanceof Broken || error instanceof OperatorError)) throw error;
        t.pass(`after ${i + 1} lives: ${error.message.slice(0, 80)}`);
        return;
      }
    }
    t.fail(`not in ${MOST_LIVES} lives from ${FIRST_SEED}`);
  });
