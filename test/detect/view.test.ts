import t from 'tap';
import { View, type ViewOptions } from '../../agent/detect/view.ts';
import type { PlanarImage } from '../../agent/domain/frame.ts';
import { gaussian, seeded } from '../support/random.ts';

const SEED = 20261125;
t.comment(`seed ${SEED}`);
const OPTIONS: ViewOptions = { spanMs: 10_000, spansToTell: 3, spansToForget: 6 };
const [WIDTH, HEIGHT, FPS] = [160, 90, 5];
const random = seeded(SEED);

type Scene = (i: number) => { level: number; swing: number; noise: number };
const ROOM: Scene = () => ({ level: 110, swing: 60, noise: 1.5 });

function picture({ level, swing, noise }: ReturnType<Scene>): PlanarImage {
  const data = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let i = 0; i < WIDTH * HEIGHT; i++)
    data[i] = Math.max(
      16,
      Math.min(235, level + swing * Math.sin((i % WIDTH) / 9) + (noise > 0 ? noise * gaussian(random) : 0)),
    );
  return { widthPx: WIDTH, heightPx: HEIGHT, data };
}

/** Seconds of each scene one after the other; what was told after each second. */
function watched(scenes: readonly (readonly [seconds: number, scene: Scene])[]): (string | undefined)[] {
  const view = new View(OPTIONS);
  const told: (string | undefined)[] = [];
  let frame = 0;
  for (const [seconds, scene] of scenes)
    for (let s = 0; s < seconds; s++) {
      for (let i = 0; i < FPS; i++, frame++) view.look(picture(scene(frame)), (frame * 1000) / FPS);
      told.push(view.fault);
    }
  return told;
}

t.test('a room is no fault', async (t) => {
  t.same(new Set(watched([[60, ROOM]])), new Set([undefined]));
});

t.test('dark, covered and frozen are told after three spans and forgotten after six', async (t) => {
  const faults: Record<string, Scene> = {
    dark: () => ({ level: 17, swing: 1, noise: 1 }),
    covered: () => ({ level: 90, swing: 2, noise: 1 }),
    frozen: () => ({ level: 110, swing: 60, noise: 0 }),
  };
  for (const [fault, scene] of Object.entries(faults)) {
    const told = watched([
      [20, ROOM],
      [60, scene],
      [80, ROOM],
    ]);
    t.equal(told.indexOf(fault), 50, `${fault} from 20 s on is told at 50 s`);
    t.equal(told.lastIndexOf(fault), 139, `${fault} until 80 s is told until 140 s`);
    t.same(new Set(told), new Set([undefined, fault]), 'and nothing else');
  }
});

t.test('somebody before the lens for a few seconds, again and again, is not told', async (t) => {
  const back: Scene = (i) => (i % (20 * FPS) < 8 * FPS ? { level: 40, swing: 2, noise: 1 } : ROOM(i));
  t.same(new Set(watched([[200, back]])), new Set([undefined]));
});

t.test(
  'somebody who comes into a dark room is not told for as long as the light is on for a while only',
  async (t) => {
    const sensor: Scene = (i) => (i % (90 * FPS) < 40 * FPS ? ROOM(i) : { level: 17, swing: 1, noise: 1 });
    const told = watched([
      [40, () => ({ level: 17, swing: 1, noise: 1 })],
      [300, sensor],
    ]);
    t.same(new Set(told.slice(40)), new Set(['dark']), 'dark all the time');
  },
);

t.test('a picture that is sent twice shows nothing new', async (t) => {
  const view = new View();
  const image = picture(ROOM(0));
  t.same([view.look(image, 0), view.look(image, 40), view.look(picture(ROOM(1)), 80)], [true, false, true]);
});
