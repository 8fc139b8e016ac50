import t from 'tap';
import { REGIONS, type Region } from '../../agent/domain/signal.ts';
import type { Comparison, Pair } from '../../agent/domain/tokens.ts';
import { classify, createRecogniser } from '../../agent/recognise/recognise.ts';
import { massByRegion, regionAt } from '../../agent/recognise/regions.ts';
import { UsualRegions } from '../../agent/recognise/usual.ts';

const TEMPLATE = { leftEye: [39, 44], rightEye: [73, 44], nose: [56, 63], mouth: [56, 83] } as const;

t.test('softmax names the largest logit and its probability', async (t) => {
  const { label, probability } = classify(Float32Array.of(0, Math.log(2), 0, 0));
  t.equal(label, 'negative');
  t.ok(Math.abs(probability - 2 / 5) < 1e-6);
  t.same(classify(Float32Array.of(1000, -1000, 0, 0)), { label: 'none', probability: 1 }, 'no overflow');
});

t.test('canonical points fall into their regions', async (t) => {
  const at = (x: number, y: number) => regionAt(TEMPLATE, x, y);
  t.equal(at(39, 44), 'eyes');
  t.equal(at(73, 44), 'eyes');
  t.equal(at(39, 32), 'brows');
  t.equal(at(56, 63), 'nose');
  t.equal(at(56, 83), 'mouth');
  t.equal(at(24, 66), 'cheeks');
  t.equal(at(56, 104), 'chin');
});

t.test('mass over the regions sums to the mass of the map', async (t) => {
  const poi = new Float32Array(196).fill(1 / 196);
  const mass = massByRegion(poi, TEMPLATE, 112);
  const sum = REGIONS.reduce((total, region) => total + mass[region], 0);
  t.ok(Math.abs(sum - 1) < 1e-5);
  t.ok(
    REGIONS.every((region) => mass[region] > 0),
    'every region has patches',
  );
});

const SIDE = 14;
/** A map by weights of regions, sum 1. */
function mapOf(weight: (region: Region) => number): Float32Array {
  const at = (i: number) => regionAt(TEMPLATE, ((i % SIDE) + 0.5) * 8, (Math.floor(i / SIDE) + 0.5) * 8);
  const poi = Float32Array.from({ length: SIDE * SIDE }, (_, i) => weight(at(i)));
  const sum = poi.reduce((total, each) => total + each, 0);
  return poi.map((each) => each / sum);
}
const pair = (trackId: number): Pair => {
  const moment = { trackId, ptsMs: 0, tokens: new Float32Array(0) };
  return { onset: moment, apex: moment };
};
const comparison = (poi: Float32Array, spot = -3): Comparison => ({
  spot,
  poi,
  logits: Float32Array.of(0, 0, 9, 0),
});

t.test('the foremost region is where the map is drawn to, not where it is at any time', async (t) => {
  const usual = new UsualRegions(TEMPLATE, 112);
  // A network that looks at the mouth whatever happens.
  const quiet = mapOf((region) => (region === 'mouth' ? 3 : 1));
  for (let i = 0; i < 500; i++) usual.see([pair(1)], [comparison(quiet)]);
  // What happens is not what is usual, however often.
  for (let i = 0; i < 500; i++)
    usual.see(
      [pair(1)],
      [
        comparison(
          mapOf(() => 1),
          2,
        ),
      ],
    );
  const event = { trackId: 1, onsetMs: 0, apexMs: 100, offsetMs: 200, strength: 7 };
  for (const moved of REGIONS) {
    const poi = mapOf((region) => (region === 'mouth' ? 3 : 1) * (region === moved ? 1.5 : 1));
    const recognise = createRecogniser(async () => [comparison(poi)], usual, TEMPLATE, 112);
    const [found] = await recognise([{ event, pair: pair(1) }]);
    t.match(found, { label: 'positive', region: moved });
    const [stranger] = await recognise([{ event: { ...event, trackId: 2 }, pair: pair(2) }]);
    t.equal(stranger?.region, 'mouth', 'what one face did says nothing of another');
  }
});

t.test('a face that is gone is forgotten', async (t) => {
  const usual = new UsualRegions(TEMPLATE, 112);
  const before = usual.of(1, SIDE * SIDE);
  for (let i = 0; i < 50; i++)
    usual.see(
      [pair(1), pair(2)],
      [1, 2].map(() => comparison(mapOf((region) => (region === 'chin' ? 9 : 1)))),
    );
  t.ok(usual.of(1, SIDE * SIDE).chin > 2 * before.chin);
  usual.keepOnly(new Set([2]));
  t.same(usual.of(1, SIDE * SIDE), before);
  t.ok(usual.of(2, SIDE * SIDE).chin > 2 * before.chin);
});
