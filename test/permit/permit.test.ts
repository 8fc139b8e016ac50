import t from 'tap';
import { createZoning } from '../../agent/permit/permit.ts';

const zoneOf = createZoning(
  {
    zones: [
      {
        id: 'left',
        polygon: [
          [0, 0],
          [0.5, 0],
          [0.5, 1],
          [0, 1],
        ],
      },
      {
        id: 'right',
        polygon: [
          [0.5, 0],
          [1, 0],
          [1, 1],
          [0.5, 1],
        ],
      },
    ],
    optOut: [
      [
        [0, 0],
        [0.1, 0],
        [0.1, 0.2],
        [0, 0.2],
      ],
    ],
  },
  200,
  100,
);
const box = (x: number, y: number) => ({ x, y, width: 20, height: 20 });

t.test('the centre of a face decides its zone', async (t) => {
  t.equal(zoneOf(box(85, 40)), 'left');
  t.equal(zoneOf(box(95, 40)), 'right');
  t.equal(zoneOf(box(195, 40)), undefined, 'outside the picture');
});

t.test('nothing of what is kept around a face lies in an opt-out area', async (t) => {
  t.equal(zoneOf(box(15, 15)), undefined);
  t.equal(zoneOf(box(21, 5)), undefined, 'the box is outside, its margin is not');
  t.equal(zoneOf(box(23, 5)), 'left');
});

t.test('an opt-out area that crosses a face without touching its corners or its centre', async (t) => {
  const everywhere: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const strip: [number, number][] = [
    [0, 0.42],
    [1, 0.42],
    [1, 0.44],
    [0, 0.44],
  ];
  const spot: [number, number][] = [
    [0.5, 0.42],
    [0.51, 0.42],
    [0.51, 0.44],
  ];
  for (const area of [strip, spot]) {
    const zone = createZoning({ zones: [{ id: 'all', polygon: everywhere }], optOut: [area] }, 200, 100);
    t.equal(zone(box(92, 40)), undefined);
    t.equal(zone(box(92, 70)), 'all');
  }
  const whole = createZoning({ zones: [{ id: 'all', polygon: everywhere }], optOut: [everywhere] }, 200, 100);
  t.equal(whole(box(92, 40)), undefined, 'a face within the area');
});
