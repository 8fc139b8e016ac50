import t from 'tap';
import { type Placed, scoreTracking, together } from './mot.ts';

const at = (id: number, x: number): Placed => ({ id, box: { x, y: 0, width: 10, height: 10 } });

t.test('a perfect tracker', async (t) => {
  const frames = Array.from({ length: 10 }, (_, i) => ({
    truth: [at(1, i), at(2, 50 - i)],
    tracks: [at(8, i), at(9, 50 - i)],
  }));
  t.match(scoreTracking(frames), { mota: 1, idf1: 1, switches: 0, misses: 0, falsePositives: 0 });
});

t.test('by hand: two misses, one false box, one switch in ten boxes', async (t) => {
  const frames = Array.from({ length: 10 }, (_, i) => ({
    truth: [at(1, 0)],
    tracks: i === 2 || i === 3 ? [] : [at(i < 5 ? 7 : 8, 0), ...(i === 9 ? [at(5, 80)] : [])],
  }));
  const score = scoreTracking(frames);
  t.match(score, { switches: 1, misses: 2, falsePositives: 1, truth: 10 });
  t.ok(Math.abs(score.mota - 0.6) < 1e-9);
  // Track 8 is the person in 5 frames; 10 true boxes, 9 of the tracker.
  t.ok(Math.abs(score.idf1 - 10 / 19) < 1e-9);
  const both = together([score, score]);
  t.ok(Math.abs(both.mota - score.mota) < 1e-9 && Math.abs(both.idf1 - score.idf1) < 1e-9);
});

t.test('a pair that holds is not given up for a better overlap', async (t) => {
  const frames = [
    { truth: [at(1, 0)], tracks: [at(7, 2)] },
    { truth: [at(1, 0)], tracks: [at(7, 2), at(8, 0)] },
  ];
  t.match(scoreTracking(frames), { switches: 0, falsePositives: 1 });
});
