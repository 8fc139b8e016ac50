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
const ID = '5b8f3c1a-5c0e-4b7e-8f0a-2f4d9b6f7a21';
const window = { startMs: 0, endMs: 900_000 };
const aggregate = asReleased({ zoneId: 'press', window, state: 'withheld', reason: 'total' });

t.test('what comes out of the ledger is what went in, or nothing', async (t) => {
  const { payload, zoneId } = seal(
    aggregate,
    { ...CONTEXT, model: { ...CONTEXT.model, validatedOn: [] } },
    ID,
  );
  t.same(unseal(payload, zoneId), { zoneId, payload }, 'byte for byte');
  t.equal(unseal(payload, 'paint'), undefined, 'for another zone');
  t.equal(
    unseal(payload.replace('"withheld"', '"withheld","track":7'), zoneId),
    undefined,
    'with a field more',
  );
  t.equal(unseal('{', zoneId), undefined);
});

t.test('regions of the face: six whole numbers with noise of their own, or no word of them', async (t) => {
  const context = { ...CONTEXT, model: { ...CONTEXT.model, validatedOn: [] } };
  const noise = { mechanism: 'discrete-laplace', epsilon: 1, interval95: 36 } as const;
  const released = {
    zoneId: 'press',
    window,
    state: 'released',
    counts: { none: 9, negative: -3, positive: 0, surprise: 1 },
    noise,
  } as const;
  const regions = { counts: { brows: -7, eyes: 0, nose: 1, cheeks: 0, mouth: 3, chin: 2 }, noise };
  t.notOk('regions' in JSON.parse(seal(asReleased(released), context, ID).payload));
  const { payload } = seal(asReleased({ ...released, regions }), context, ID);
  t.same(JSON.parse(payload).regions, { slots: regions.counts, noise });
  t.same(unseal(payload, 'press'), { zoneId: 'press', payload }, 'and out of the ledger again');
  const { chin: _, ...five } = regions.counts;
  for (const counts of [five, { ...regions.counts, tongue: 1 }, { ...regions.counts, brows: 0.5 }])
    t.throws(
      () => seal(asReleased({ ...released, regions: { counts: counts as never, noise } }), context, ID),
      {
        name: 'ZodError',
      },
    );
});
