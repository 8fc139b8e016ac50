import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import type { Config } from '../../agent/config/schema.ts';
import { isOpen } from '../../agent/governance/schedule.ts';
import { planBudget } from '../../agent/privacy/plan/budget.ts';
import { mostPerPerson } from '../../agent/privacy/plan/slots.ts';
import { configOf, good } from '../config/written.ts';
import { TestClock } from '../support/clock.ts';

const { aggregation: DEFAULTS } = await configOf(good());
const SHIFTS: Config['schedule'] = {
  timeZone: 'Europe/Berlin',
  hours: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '06:00', to: '22:00' },
    { days: ['fri'], from: '22:00', to: '02:00' },
  ],
};
const plan = (changes: Partial<Config['aggregation']>, schedule?: Config['schedule']) =>
  planBudget({ aggregation: { ...DEFAULTS, ...changes }, schedule });

t.test('two shifts: the budget is spent in the middle of the day', async (t) => {
  t.same(plan({}, SHIFTS), {
    windowsPer24h: 32,
    watchedPer24h: 80,
    watchedPerWeek: 336,
    paidPerWeek: 160,
    spentFrom: 'Mon 14:00',
  });
});

t.test('enough for all, and without end', async (t) => {
  t.match(plan({ epsilonPerDay: 80 }, SHIFTS), { paidPerWeek: 336, spentFrom: undefined });
  t.match(plan({ windowS: 3600 }), {
    windowsPer24h: 32,
    watchedPerWeek: 168,
    paidPerWeek: 168,
    spentFrom: undefined,
  });
  t.match(plan({ noise: 'none' }), { windowsPer24h: undefined, paidPerWeek: 672 });
  t.equal(
    plan({ epsilonPerWindow: 0.1, epsilonPerDay: 0.3 }).windowsPer24h,
    3,
    'and rounding does not cost one',
  );
});

t.test('regions of the face are paid from the same budget', async (t) => {
  t.match(plan({ regions: { epsilonPerWindow: 1 } }, SHIFTS), { windowsPer24h: 16, paidPerWeek: 80 });
});

t.test('always open: as many a day as the budget of a day pays for', async (t) => {
  t.match(plan({}), { watchedPer24h: 96, watchedPerWeek: 672, paidPerWeek: 7 * 32 });
});

t.test('windows longer than hours, and shorter than a minute', async (t) => {
  t.match(
    plan({ windowS: 86_400 }, SHIFTS),
    { watchedPerWeek: 6, paidPerWeek: 6 },
    'Friday night is Saturday in UTC',
  );
  const short: Config['schedule'] = {
    timeZone: 'UTC',
    hours: [{ days: ['mon'], from: '06:00', to: '06:01' }],
  };
  t.match(plan({ windowS: 15, epsilonPerDay: 3 }, short), { watchedPerWeek: 4, paidPerWeek: 3 });
});

t.test('the real ledger, window by window over two weeks', async (t) => {
  const rules = { ...DEFAULTS, windowS: 3600, epsilonPerWindow: 1, epsilonPerDay: 7 };
  const windowMs = rules.windowS * 1000;
  const monday = Date.UTC(2026, 0, 5);
  const clock = new TestClock(monday - 7 * 86_400_000);
  await using ledger = await Ledger.open(t.testdir(), { clock, keepMs: 86_400_000 });
  let paid = 0;
  while (clock.wallMs() < monday + 7 * 86_400_000) {
    const startMs = clock.wallMs();
    clock.pass(windowMs);
    const watched = Array.from({ length: 60 }, (_, i) => startMs + i * 60_000).some((at) =>
      isOpen(SHIFTS, new Date(at)),
    );
    if (!watched || ledger.spent('press') + rules.epsilonPerWindow > rules.epsilonPerDay + 1e-9) continue;
    await ledger.append({ zone: 'press', startMs, endMs: startMs + windowMs, epsilon: 1, payload: '' });
    if (startMs >= monday) paid++;
  }
  t.equal(plan(rules, SHIFTS).paidPerWeek, paid);
});

t.test('most slots of one person', async (t) => {
  t.equal(mostPerPerson(DEFAULTS), 12);
  t.equal(mostPerPerson({ ...DEFAULTS, windowS: 45, slotS: 10, slotsPerTrack: 4 }), 5, 'one begun before');
});
