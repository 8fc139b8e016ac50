import t from 'tap';
import { createCredit } from '../../agent/aggregate/credit.ts';

t.test('who wants to know is told of each counted slot, and from when to when it was filled', async (t) => {
  const told: unknown[] = [];
  const options = { slotMs: 200, slotsPerTrack: 2, windowMs: 10_000 };
  const credit = createCredit(options, (...slot) => told.push(slot));
  const silent = createCredit(options);
  for (let ms = 0; ms <= 1000; ms += 100) {
    const events =
      ms === 300 ? [{ trackId: 1, label: 'positive' as const, strength: 6, region: 'mouth' as const }] : [];
    const faces = [{ trackId: 1, zoneId: 'press' }];
    t.same(credit(faces, events, ms, ms), silent(faces, events, ms, ms), 'and it changes nothing');
  }
  // A third slot was filled, but two a window is all that a track may earn.
  t.same(told, [
    [1, 0, 200, 'none'],
    [1, 200, 400, 'positive'],
  ]);
});
