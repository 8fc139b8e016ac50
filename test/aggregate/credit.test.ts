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
    t.same(credit(faces, events, ms, ms, ms), silent(faces, events, ms, ms, ms), 'and it changes nothing');
  }
  // A third slot was filled, but two a window is all that a track may earn.
  t.same(told, [
    [1, 0, 200, 'none'],
    [1, 200, 400, 'positive'],
  ]);
});

t.test(
  'a slot with an event says where it was, if that is asked for, and a slot without one never',
  async (t) => {
    const options = { slotMs: 200, slotsPerTrack: 9, windowMs: 10_000 };
    const slots = (regions?: boolean) => {
      const credit = createCredit(regions === undefined ? options : { ...options, regions });
      const found = [];
      for (let ms = 0; ms <= 600; ms += 100) {
        const event = { trackId: 1, strength: 6 };
        const events = [
          // None at all, however strong.
          ...(ms === 100
            ? [{ ...event, label: 'none' as const, region: 'chin' as const, strength: 99 }]
            : []),
          // Of two, the stronger.
          ...(ms === 300 ? [{ ...event, label: 'negative' as const, region: 'brows' as const }] : []),
          ...(ms === 400
            ? [{ ...event, label: 'positive' as const, region: 'mouth' as const, strength: 7 }]
            : []),
          // Somebody else's.
          ...(ms === 500
            ? [{ ...event, trackId: 2, label: 'surprise' as const, region: 'eyes' as const }]
            : []),
        ];
        found.push(...credit([{ trackId: 1, zoneId: 'press' }], events, ms, ms, ms));
      }
      return found.map(({ zoneId: _, earnedAtMs: __, ...rest }) => rest);
    };
    t.same(slots(true), [{ label: 'none' }, { label: 'positive', region: 'mouth' }, { label: 'none' }]);
    for (const off of [false, undefined])
      t.same(slots(off), [{ label: 'none' }, { label: 'positive' }, { label: 'none' }]);
  },
);

t.test('a camera whose clock runs fast earns no more slots than time passes on the box', async (t) => {
  const earned = (speed: number) => {
    const credit = createCredit({ slotMs: 1_000, slotsPerTrack: 1_000, windowMs: 3_600_000 });
    let slots = 0;
    for (let ms = 0; ms <= 60_000; ms += 40)
      slots += credit([{ trackId: 1, zoneId: 'press' }], [], ms * speed, ms, ms).length;
    return slots;
  };
  t.equal(earned(1), 60);
  t.equal(earned(5), 61, 'and what was held back, not quite two seconds');
  t.equal(earned(0.5), 30, 'a slow one earns less');
});
