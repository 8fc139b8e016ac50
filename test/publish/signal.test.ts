import t from 'tap';
import { asReleased } from '../../agent/domain/aggregate.ts';
import { seal, unseal } from '../../agent/publish/signal.ts';

const CONTEXT = {
  node: 'box-1',
  purpose: 'safety',
  slotSeconds: 10,
  model: { name: 'm', version: '1', hash: 'a'.repeat(64), trained: false, evidence: 'none', validatedOn: [] },
  headCounts: new Map([['press', 6]]),
} as const;
const window = { startMs: 0, endMs: 900_000 };
const aggregate = asReleased({ zoneId: 'press', window, state: 'withheld', reason: 'total' });

t.test('what comes out of the ledger is what went in, or nothing', async (t) => {
  const { payload, zoneId } = seal(aggregate, { ...CONTEXT, model: { ...CONTEXT.model, validatedOn: [] } });
  t.same(unseal(payload, zoneId), { zoneId, payload }, 'byte for byte');
  t.equal(unseal(payload, 'paint'), undefined, 'for another zone');
  t.equal(
    unseal(payload.replace('"withheld"', '"withheld","track":7'), zoneId),
    undefined,
    'with a field more',
  );
  t.equal(unseal('{', zoneId), undefined);
});
