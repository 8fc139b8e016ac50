import t from 'tap';
import { iou, shared, spanning } from '../../agent/evaluate/interval.ts';

t.test('onset and offset frames both count', async (t) => {
  // Frames 10..19 and 15..24: 5 in common, 15 in all.
  t.equal(iou(spanning(10, 19), spanning(15, 24)), 5 / 15);
  t.equal(shared(spanning(10, 19), spanning(15, 24)), 5);
  // Frames 10..21 of 10..29: 12 of 20.
  t.equal(iou(spanning(10, 29), spanning(10, 21)), 12 / 20);
  t.equal(iou(spanning(7, 7), spanning(7, 7)), 1, 'a single frame');
});

t.test('neighbours share nothing', async (t) => {
  t.equal(iou(spanning(10, 19), spanning(20, 29)), 0);
  t.equal(iou(spanning(10, 19), spanning(50, 60)), 0);
});

t.test('ends between frames are kept', async (t) => {
  // 10..20 and 10.5..20.5: 9.5 in common, 10.5 in all.
  t.equal(iou(spanning(10, 19), spanning(10.5, 19.5)), 9.5 / 10.5);
});
