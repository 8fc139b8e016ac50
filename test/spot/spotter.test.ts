import t from 'tap';
import type { Comparison, Moment, Pair } from '../../agent/domain/tokens.ts';
import type { Calibration } from '../../agent/spot/calibration.ts';
import { TokenRing } from '../../agent/spot/ring.ts';
import { createSpotter } from '../../agent/spot/spotter.ts';
import { gaussian, seeded } from '../support/random.ts';

const OPTIONS = { zThreshold: 5, minScore: 0.5, minOnsetMs: 40, maxDurationMs: 500, lagsMs: [120, 200] };

/** A few noisy numbers as tokens; the comparison is their mean distance. The spotter itself is indifferent to what compares. */
const moment = (trackId: number, ptsMs: number, value: number): Moment => ({
  trackId,
  ptsMs,
  tokens: Float32Array.of(value),
});
const compare = async (pairs: readonly Pair[]): Promise<Comparison[]> =>
  pairs.map(({ onset, apex }) => ({
    spot:
      apex.tokens.reduce((sum, value, i) => sum + Math.abs(value - onset.tokens[i]!), 0) / apex.tokens.length,
    logits: new Float32Array(4),
    poi: Float32Array.of(1),
  }));

t.test('what leaves the ring is overwritten', async (t) => {
  const ring = new TokenRing(100);
  const moments = [0, 40, 80, 120, 160].map((ptsMs) => moment(1, ptsMs, 7));
  for (const each of moments) ring.push(each);
  t.same(
    moments.map(({ tokens }) => tokens[0]),
    [0, 0, 7, 7, 7],
  );
  t.equal(ring.nearest(100, 50)?.ptsMs, 80);
  t.equal(ring.nearest(10, 50), undefined);
  ring.clear();
  t.same(
    moments.map(({ tokens }) => tokens[0]),
    [0, 0, 0, 0, 0],
  );
});

t.test('two faces, one movement: one event, on the right face, with its own moments', async (t) => {
  const random = seeded(7);
  const spotter = createSpotter(compare, OPTIONS);
  const noisy = (trackId: number, ptsMs: number, value: number): Moment => ({
    trackId,
    ptsMs,
    tokens: Float32Array.from({ length: 32 }, () => value + 0.05 * gaussian(random)),
  });
  const events = [];
  for (let ptsMs = 0; ptsMs < 8000; ptsMs += 40) {
    const phase = (ptsMs - 4000) / 400;
    const lift = phase > 0 && phase < 1 ? 3 * Math.sin(Math.PI * phase) : 0;
    events.push(...(await spotter.push([noisy(1, ptsMs, 5), noisy(2, ptsMs, 9 + lift)])));
  }
  t.equal(events.length, 1);
  const [{ event, pair }] = events as [(typeof events)[number]];
  t.equal(event.trackId, 2);
  t.equal(pair.onset.trackId, 2);
  t.ok(pair.onset.ptsMs < pair.apex.ptsMs, 'onset before apex');
  t.ok(event.apexMs > 3960 && event.apexMs < 4480, `apex at ${event.apexMs}`);
});

t.test('time that steps back starts the face anew instead of comparing across the step', async (t) => {
  const spotter = createSpotter(compare, OPTIONS);
  for (let ptsMs = 0; ptsMs < 3000; ptsMs += 40) await spotter.push([moment(1, ptsMs, 1)]);
  t.same(await spotter.push([moment(1, 500, 100)]), []);
});

t.test('a forgotten track leaves no token behind', async (t) => {
  const spotter = createSpotter(compare, OPTIONS);
  const kept = moment(1, 0, 3);
  const gone = moment(2, 0, 3);
  await spotter.push([kept, gone]);
  spotter.keepOnly(new Set([1]));
  t.same([kept.tokens[0], gone.tokens[0]], [3, 0]);
});

t.test(
  'a face that does not come back has made an ordinary expression, not a micro-expression',
  async (t) => {
    const spottedWith = async (comesBack: boolean) => {
      const random = seeded(7);
      const spotter = createSpotter(compare, OPTIONS);
      const events = [];
      for (let ptsMs = 0; ptsMs < 8000; ptsMs += 40) {
        const phase = Math.min(1, Math.max(0, (ptsMs - 4000) / 160));
        const lift = ptsMs < 4320 || !comesBack ? 3 * phase : 0;
        const tokens = Float32Array.from({ length: 32 }, () => 5 + lift + 0.05 * gaussian(random));
        events.push(...(await spotter.push([{ trackId: 1, ptsMs, tokens }])));
      }
      return events.length;
    };
    t.equal(await spottedWith(true), 1);
    t.equal(await spottedWith(false), 0);
  },
);

t.test(
  'a threshold that the camera’s noise asks for is used, and candidates below it are told',
  async (t) => {
    const random = seeded(7);
    const told: number[] = [];
    let faceMs = 0;
    const calibration = {
      minScore: 9,
      candidate: (score: number) => told.push(score),
      watched: (ms: number) => {
        faceMs += ms;
      },
    } as unknown as Calibration;
    const spotter = createSpotter(compare, OPTIONS, { calibration });
    const events = [];
    for (let ptsMs = 0; ptsMs < 8000; ptsMs += 40) {
      const phase = (ptsMs - 4000) / 400;
      const lift = phase > 0 && phase < 1 ? 3 * Math.sin(Math.PI * phase) : 0;
      const tokens = Float32Array.from({ length: 32 }, () => 5 + lift + 0.05 * gaussian(random));
      events.push(...(await spotter.push([{ trackId: 1, ptsMs, tokens }])));
    }
    t.same(events, []);
    t.equal(told.length, 1);
    t.ok(told[0]! > 2 && told[0]! < 3.5);
    t.ok(faceMs > 5000 && faceMs < 8000, `${faceMs} ms of face time`);
  },
);
