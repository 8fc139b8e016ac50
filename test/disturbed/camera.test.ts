import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { TestCamera } from '../camera/camera.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { faultsInside } from '../support/faults-inside.ts';
import { dashboard, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { seeded } from '../support/random.ts';
import { SEED } from './films.ts';
import { cameraOf, hurry, ONE_PERSON, plainFilm, quietFilm, told } from './plant.ts';

const isLong = process.env.MICRON_EDGE_DISTURBED === 'long';
const films = filmFolder(t);

t.test('dark, covered and frozen: health says which', async (t) => {
  const room = await quietFilm(films, 'room', `${ONE_PERSON},scale=160:180`);
  const dark = await plainFilm(films, 'dark', 'color=black:s=160x180');
  const covered = await plainFilm(films, 'covered', 'color=0x605858:s=160x180');
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  await using camera = await TestCamera.start({ file: room });
  // A minute in 2.5 seconds; steps of more than a second would be a clock that jumps.
  hurry(camera, 24);
  const analysis = { widthPx: 160, heightPx: 180 };
  const config = writeConfig(join(folder, 'config'), {
    camera: '',
    broker: broker.url,
    more: { cameras: [cameraOf('cam', camera, { analysis })] },
  });
  await using daemon = agent(['run', config]);
  const { until, health } = told(plant);
  const becomes = async (code: string) => {
    await until('cam', `is told to be ${code}`, (now) => now.code === code);
    t.equal(health('cam').state, 'streaming', `${code}, and still there`);
  };
  await until('cam', 'streams', ({ state, code, fps }) => state === 'streaming' && !code && fps > 0);
  if (isLong) {
    await camera.show(dark);
    await becomes('dark');
  }
  await camera.show(covered);
  await becomes('covered');
  await camera.show(room);
  camera.mischief.frozen = true;
  await becomes('frozen');
  delete camera.mischief.frozen;
  if (isLong) await until('cam', 'is told no more a quarter of an hour later', ({ code }) => !code, 120_000);
  t.equal(health('cam').reconnects, 0, 'one connection');
  t.equal(health('cam').restarts, 0, 'no crash');
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
});

t.test(
  'hung on its side: nobody is seen, and on the next day health says why',
  isLong ? {} : { skip: 'takes minutes: npm run test:disturbed' },
  async (t) => {
    const side = await quietFilm(films, 'side', `${ONE_PERSON},scale=240:270,transpose=1,fps=50`);
    const folder = t.testdir();
    const inside = faultsInside(folder);
    await using broker = await startMosquitto(join(folder, 'broker'));
    await using plant = dashboard(broker.url);
    await using camera = await TestCamera.start({ file: side });
    const config = writeConfig(join(folder, 'config'), {
      camera: '',
      broker: broker.url,
      more: { cameras: [cameraOf('cam', camera, { analysis: { widthPx: 270, heightPx: 240 } })] },
    });
    await using daemon = agent(['run', config], inside.env);
    const { until, health } = told(plant);
    await until('cam', 'streams', ({ state, fps }) => state === 'streaming' && fps > 0);
    // Seven minutes of a face, so that nobody who passes by is told of: pictures count, not the clock.
    let pictures = 0;
    for (let round = 0; round < 300 && pictures < 13_000; round++) {
      await wait(2_000);
      pictures += 2 * health('cam').fps;
      t.same(health('cam').poor, [], 'nothing is said on the day itself');
    }
    inside.clock.advance(86_400_000);
    await until('cam', 'is told to have hung on its side', ({ poor }) => poor.join() === 'turned');
    t.equal(health('cam').state, 'streaming');
    t.equal(health('cam').restarts, 0, 'no crash');
    daemon.child.kill('SIGTERM');
    t.equal(await daemon.exited, 0);
  },
);

/** What one camera does for a while that another does not. */
interface Trouble {
  readonly name: string;
  begin(camera: TestCamera): unknown;
  end?(camera: TestCamera): void;
  /** Pictures a second as health rounds them. */
  readonly fps?: number;
}

t.test(
  'two cameras before the same quiet person, one of them disturbed: it reports no more events than the other',
  isLong ? {} : { skip: 'takes three minutes: npm run test:disturbed' },
  async (t) => {
    t.comment(`seed ${SEED}`);
    const film = (name: string, filter = 'null', ...more: string[]) =>
      quietFilm(films, name, `${ONE_PERSON},${filter}`, ...more);
    const calm = await film('calm');
    const lost = seeded(SEED);
    const shows = async (name: string, fps: number, ...more: string[]): Promise<Trouble> => {
      const path = await film(name, ...more);
      return { name, fps, begin: (camera) => camera.show(path) };
    };
    const troubles: Trouble[] = [
      {
        name: 'a fifth of the pictures lost on the way',
        begin({ mischief }) {
          // All packets of a picture have one timestamp.
          let [last, gone] = [-1, false];
          mischief.packet = (packet) => {
            const time = packet.readUInt32BE(4);
            if (time !== last) [last, gone] = [time, lost() < 0.2];
            return gone ? undefined : packet;
          };
        },
        end: ({ mischief }) => void delete mischief.packet,
      },
      await shows('a fifth of the pictures left out', 20, `select='gt(random(1),0.2)'`, '-vsync', 'vfr'),
      await shows('15 a second', 15, 'fps=15'),
      await shows('60 a second', 60, 'framerate=60'),
      await shows('another size', 25, 'scale=320:360'),
      await shows('interlaced', 25, 'framerate=50,tinterlace=interleave_top', '-flags', '+ilme+ildct'),
      await shows('black now and then', 25, `drawbox=t=fill:color=black:enable='between(t,1,2)'`),
      await shows(
        'covered now and then',
        25,
        `drawbox=t=fill:color=0x504840:enable='between(t,1,2)+between(t,4,4.4)'`,
      ),
      {
        name: 'frozen',
        begin({ mischief }) {
          mischief.frozen = true;
        },
        end: ({ mischief }) => void delete mischief.frozen,
      },
      await shows(
        'a lamp that goes off and on',
        25,
        `eq=contrast=0.5:brightness=-0.13:enable='between(t,1,2.5)',noise=alls=4:allf=t`,
      ),
    ];
    const SECONDS = 15;
    const folder = t.testdir();
    await using broker = await startMosquitto(join(folder, 'broker'));
    await using plant = dashboard(broker.url);
    await using first = await TestCamera.start({ file: calm });
    await using second = await TestCamera.start({ file: calm });
    const analysis = { widthPx: 480, heightPx: 540 };
    const config = writeConfig(join(folder, 'config'), {
      camera: '',
      broker: broker.url,
      more: { cameras: [cameraOf('calm', first, { analysis }), cameraOf('disturbed', second, { analysis })] },
    });
    await using daemon = agent(['run', config]);
    const { until, health, slots } = told(plant);
    for (const name of ['calm', 'disturbed'])
      await until(name, 'streams', ({ state, fps }) => state === 'streaming' && fps > 0);
    await wait(SECONDS * 1000);
    for (const { name, begin, end, fps } of troubles) {
      const before = { calm: slots('calm'), disturbed: slots('disturbed') };
      await begin(second);
      await wait(SECONDS * 1000);
      const after = { calm: slots('calm'), disturbed: slots('disturbed') };
      const more = (id: 'calm' | 'disturbed') =>
        `${after[id].events - before[id].events} events in ${after[id].all - before[id].all} slots`;
      t.comment(`${name}: ${more('disturbed')}; the other ${more('calm')}; ${health('disturbed').fps} fps`);
      if (fps !== undefined) t.equal(health('disturbed').fps, fps, `${name}: ${fps} pictures a second`);
      t.equal(health('disturbed').state, 'streaming', `${name}: still there`);
      end?.(second);
      await second.show(calm);
    }
    await wait(SECONDS * 1000);
    const [mine, other] = [slots('disturbed'), slots('calm')];
    t.ok(
      mine.events <= other.events + 2,
      `${mine.events} events in ${mine.all} slots; ${other.events} in ${other.all} undisturbed`,
    );
    t.equal(health('disturbed').reconnects, 0, 'one connection');
    t.equal(health('disturbed').restarts, 0, 'no crash');
    daemon.child.kill('SIGTERM');
    t.equal(await daemon.exited, 0);
  },
);
