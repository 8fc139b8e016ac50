import t from 'tap';
import { REGIONS } from '../../agent/domain/signal.ts';
import { classify } from '../../agent/recognise/recognise.ts';
import { foremostRegion, massByRegion, regionAt } from '../../agent/recognise/regions.ts';

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

t.test('the foremost region holds most mass for its size, not most mass', async (t) => {
  const side = 14;
  const map = (weight: (x: number, y: number) => number) => {
    const poi = Float32Array.from({ length: side * side }, (_, i) =>
      weight(((i % side) + 0.5) * 8, (Math.floor(i / side) + 0.5) * 8),
    );
    const sum = poi.reduce((total, each) => total + each, 0);
    return poi.map((each) => each / sum);
  };
  for (const region of REGIONS) {
    const poi = map((x, y) => (regionAt(TEMPLATE, x, y) === region ? 2 : 1));
    t.equal(foremostRegion(poi, TEMPLATE, 112), region, `twice as dense in ${region}`);
  }
  const mouth = map((x, y) => (regionAt(TEMPLATE, x, y) === 'mouth' ? 2 : 1));
  const mass = massByRegion(mouth, TEMPLATE, 112);
  t.ok(mass.brows > mass.mouth, 'though the brows, which are large, hold more');
});
