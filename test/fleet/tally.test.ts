import t from 'tap';
import { Tally } from './tally.ts';

const NONE = { waiting: 0, discarded: 0 };

t.test('every signal is accounted for', async (t) => {
  const tally = new Tally();
  tally.handed(['a', 'b', 'c', 'd', 'e']);
  tally.acknowledged(['a', 'b', 'c']);
  for (const id of ['a', 'b', 'b', 'x']) tally.heard(id);
  t.equal(tally.outstanding, 3);
  t.match(tally.account({ waiting: 1, discarded: 0 }), {
    ...{ handed: 5, heard: 3, twice: 1, unknown: 1 },
    ...{ lostByBroker: 1, lostByNodes: 1, waiting: 1, discarded: 0 },
  });
  t.equal(tally.account({ waiting: 1, discarded: 1 }).lostByNodes, 0, 'what was given up is told by a gap');
  t.equal(tally.account(NONE).lostByNodes, 2);
});

t.test('nothing lost', async (t) => {
  const tally = new Tally();
  tally.heard('a');
  tally.handed(['a']);
  t.match(tally.account(NONE), { handed: 1, heard: 1, lostByBroker: 0, lostByNodes: 0, unknown: 0 });
});
