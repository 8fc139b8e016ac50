import t from 'tap';
import { type CreditOptions, createCredit } from '../../agent/aggregate/credit.ts';
import { WindowCounts } from '../../agent/aggregate/window.ts';
import type { DetectedFace } from '../../agent/domain/face.ts';
import { EXPRESSIONS, LABELS, REGIONS } from '../../agent/domain/signal.ts';
import { createTracker } from '../../agent/track/tracker.ts';
import { seeded } from '../support/random.ts';
import { LONG, seedOf } from './form.ts';

const LIVES = LONG ? 20_000 : 1_000;
const SEED = seedOf();

const OPTIONS = { slotMs: 400, slotsPerTrack: 3, windowMs: 6_000 };
const WINDOWS = 4;

/** What one person left behind in one window, through the real tracker, credit and windows. */
interface Trace {
  readonly slots: number;
  /** Of them, those that some region of the face counts. */
  readonly inRegions: number;
  /** Tracks that were seen in the window. */
  readonly tracks: number;
}

/**
 * A person who comes and goes, turns away, moves faster than a tracker follows, and stands before a camera with dropped
 * frames: their one face is torn into tracks in every way that chance finds.
 */
function live(random: () => number, options: CreditOptions): Trace[] {
  const { track } = createTracker();
  const credit = createCredit({ ...options, regions: true });
  const windows = new WindowCounts(['zone'], OPTIONS.windowMs, 0, 0);
  const seen = new Map<number, Set<number>>();
  const restless = random() ** 2;
  const moves = seeded(SEED);
  const frameMs = 20 + random() * 150;
  let face: DetectedFace = faceAt(100, 100, 60);
  let hiddenUntilMs = 0;
  let outsideUntilMs = 0;
  for (let ms = 0; ms < WINDOWS * OPTIONS.windowMs; ms += frameMs * (0.2 + random() * 1.6)) {
    if (random() < restless * 0.3) hiddenUntilMs = ms + random() ** 3 * 4_000;
    if (random() < restless * 0.05) outsideUntilMs = ms + random() * 9_000;
    if (random() < restless * 0.4) face = faceAt(random() * 800, random() * 400, 40 + random() * 80);
    const found = ms < hiddenUntilMs ? [] : [face];
    // Outside of its zone a face is followed, but does not count.
    const counting = track(found, ms).filter(
      ({ confirmed, detected }) => confirmed && detected && ms >= outsideUntilMs,
    );
    const window = Math.floor(ms / OPTIONS.windowMs);
    for (const { trackId } of counting)
      seen.set(window, (seen.get(window) ?? new Set<number>()).add(trackId));
    const faces = counting.map(({ trackId }) => ({ trackId, zoneId: 'zone' }));
    // A face that never rests: events in every region, several at once.
    const events = counting.flatMap(({ trackId }) =>
      REGIONS.filter(() => moves() < 0.1).map((region) => ({
        trackId,
        region,
        label: EXPRESSIONS[Math.floor(moves() * EXPRESSIONS.length)]!,
        strength: moves(),
      })),
    );
    for (const slot of credit(faces, events, ms, ms, ms)) windows.add(slot);
  }
  return windows.close(WINDOWS * OPTIONS.windowMs).map(({ counts, regions, window }) => ({
    slots: LABELS.reduce((sum, label) => sum + counts[label], 0),
    inRegions: REGIONS.reduce((sum, region) => sum + regions[region], 0),
    tracks: seen.get(window.startMs / OPTIONS.windowMs)?.size ?? 0,
  }));
}

function faceAt(x: number, y: number, size: number): DetectedFace {
  const point = { x: x + size / 2, y: y + size / 2 };
  return {
    score: 0.9,
    box: { x, y, width: size, height: size },
    landmarks: { leftEye: point, rightEye: point, nose: point, mouth: point },
  };
}

t.test(`one person, torn into tracks in ${LIVES} ways, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const m = OPTIONS.slotsPerTrack;
  const byAssumption = Array.from({ length: LIVES }, () => live(random, OPTIONS)).flat();
  t.same(
    byAssumption.filter(({ slots, tracks }) => slots > m * tracks),
    [],
    'm T slots a window for whoever causes T tracks in it',
  );
  t.same(
    byAssumption.filter(({ slots, inRegions }) => inRegions > slots),
    [],
    'and no more in the regions of the face',
  );
  t.ok(byAssumption.some(({ slots, inRegions }) => slots > m && inRegions === slots));
  const worst = byAssumption.reduce((a, b) => (b.tracks > a.tracks ? b : a));
  t.comment(`most tracks in a window ${worst.tracks}`);
  t.ok(worst.tracks > 9, 'the lives were wild enough to say so');
});

t.test(`however many tracks, no more slots than time: seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const most = Math.floor(OPTIONS.windowMs / OPTIONS.slotMs) + 1;
  const traces = Array.from({ length: LIVES }, () =>
    live(random, { ...OPTIONS, slotsPerTrack: 1_000 }),
  ).flat();
  t.same(
    traces.filter(({ slots }) => slots > most),
    [],
    `floor(W / D) + 1 = ${most} slots a window at most`,
  );
  const worst = Math.max(...traces.map(({ slots }) => slots));
  t.comment(`most slots in a window ${worst}`);
  t.ok(worst >= most - 2, 'and some come near it');
});

t.test(
  'who is followed outside the zone for a while comes back to what is left of the allowance',
  async (t) => {
    const credit = createCredit({ ...OPTIONS, windowMs: 60_000 });
    const faces = [{ trackId: 1, zoneId: 'zone' }];
    let slots = 0;
    for (let ms = 0; ms < 60_000; ms += 40) {
      const away = ms % 12_000 > 6_000;
      slots += credit(away ? [] : faces, [], ms, ms, ms).length;
    }
    t.equal(slots, OPTIONS.slotsPerTrack);
  },
);

t.test('a clock that is set back brings no second allowance', async (t) => {
  const credit = createCredit(OPTIONS);
  const faces = [{ trackId: 1, zoneId: 'zone' }];
  let inFirst = 0;
  for (let ms = 0; ms < 18_000; ms += 40) {
    // Between its two windows to and fro, as a bad time server does it.
    const wallMs = Math.floor(ms / 3_000) % 2 === 0 ? 3_000 : 9_000;
    inFirst += credit(faces, [], ms, wallMs, ms).filter(({ earnedAtMs }) => earnedAtMs < 6_000).length;
  }
  t.equal(inFirst, OPTIONS.slotsPerTrack);
});

t.test('one face whose detections alternate between two tracks earns no more time than passes', async (t) => {
  const credit = createCredit({ ...OPTIONS, slotsPerTrack: 1_000 });
  let slots = 0;
  for (let frame = 0; frame * 40 <= 4_000; frame++)
    slots += credit(
      [{ trackId: 1 + (frame % 2), zoneId: 'zone' }],
      [],
      frame * 40,
      frame * 40,
      frame * 40,
    ).length;
  t.ok(slots <= 10, `${slots} slots of 0.4 s in 4 s`);
});
