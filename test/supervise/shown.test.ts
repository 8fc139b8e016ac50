import t from 'tap';
import { gapFor } from '../../agent/publish/gap.ts';
import type { GapMessage, Signal } from '../../agent/publish/messages.ts';
import { Shown } from '../../agent/supervise/shown.ts';
import { gapOf, signalOf } from '../page/scene.ts';
import { TestClock } from '../support/clock.ts';
import { SimDisk } from '../support/sim-disk.ts';

const HOUR = 3_600_000;
const WINDOW = 900_000;
const PATH = '/state/shown.jsonl';

/** A state folder in memory, and the clock on its wall at the end of the newest window. */
async function scene() {
  const clock = new TestClock(Date.parse(signalOf(0).window.end));
  const disk = new SimDisk(() => 0.5);
  await disk.makeFolder();
  const warnings: object[] = [];
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const open = (keepMs = 24 * HOUR) => Shown.open('/state', { keepMs, clock, log, disk });
  const lines = async () => ((await disk.read(PATH)) ?? '').toString().split('\n').slice(0, -1);
  return { clock, disk, warnings, open, lines };
}
/** The signal of the window that ends at the wall clock's time. */
const signalAt = (wallMs: number): Signal => {
  const window = {
    start: new Date(wallMs - WINDOW).toISOString(),
    end: new Date(wallMs).toISOString(),
  };
  return signalOf(0, { window });
};
const gap = (): GapMessage => gapFor(gapOf(1, 2), 'box');

t.test('what was shown is there after a restart, once each, gaps as they have grown', async (t) => {
  const { open, lines, warnings } = await scene();
  const grown = gap();
  {
    await using shown = await open();
    t.ok(shown.add(signalOf(1)));
    t.notOk(shown.add(signalOf(1)), 'the same again');
    shown.add({ ...grown, count: 1 });
    shown.add(grown);
  }
  t.equal((await lines()).length, 3, 'a line each time that something was new');
  await using shown = await open();
  t.same(shown.history.signals, [signalOf(1)]);
  t.same(shown.history.gaps, [grown]);
  t.equal((await lines()).length, 2, 'a start writes it anew');
  t.same(warnings, []);
});

t.test(
  'nothing stays on disk for longer than it may, by a wall clock that is right or is put right',
  async (t) => {
    const { clock, open, lines } = await scene();
    await using shown = await open();
    for (let n = 0; n < 30 * 4; n++) {
      shown.add(signalAt(clock.wallMs()));
      clock.pass(WINDOW);
      await shown.shrink();
    }
    const ends = async () => (await lines()).map((line) => Date.parse(JSON.parse(line).window.end));
    const oldest = Math.min(...(await ends()));
    t.ok(oldest >= clock.wallMs() - 24 * HOUR - HOUR, 'what expires goes within the hour');
    t.ok(oldest < clock.wallMs() - 22 * HOUR, 'and not before');

    shown.add(signalAt(clock.wallMs() + 9000 * HOUR));
    clock.pass(HOUR);
    await shown.shrink();
    t.ok(Math.max(...(await ends())) <= clock.wallMs(), 'a window of the distant future is none');
    t.ok(shown.history.signals.length > 80);
  },
);

t.test('a file that is torn, foreign or full of nonsense costs its bad lines alone', async (t) => {
  const { disk, open, lines, warnings } = await scene();
  const good = JSON.stringify(signalOf(0));
  const file = await disk.grow(PATH);
  await file.write(
    Buffer.from(
      ['{', 'null', JSON.stringify({ ...signalOf(1), faces: 7 }), good, good.slice(0, 90)].join('\n'),
    ),
  );
  await using shown = await open();
  t.same(shown.history.signals, [signalOf(0)]);
  t.same(warnings, [{ code: 'page-history-unusable', lines: 3 }]);
  t.same(await lines(), [good]);
});

t.test('a disk that fails is told once, and the charts are whole again when it works', async (t) => {
  const { clock, disk, open, lines, warnings } = await scene();
  let isFull = false;
  const grow = disk.grow.bind(disk);
  const full = () => Object.assign(new Error('no space'), { code: 'ENOSPC' });
  disk.grow = async (path) => {
    if (isFull) throw full();
    const file = await grow(path);
    const write = file.write.bind(file);
    file.write = async (bytes) => {
      if (isFull) throw full();
      await write(bytes);
    };
    return file;
  };
  await using shown = await open();
  shown.add(signalOf(3));
  await shown.shrink();
  isFull = true;
  for (const ago of [2, 1]) shown.add(signalOf(ago));
  await shown.shrink();
  t.same(warnings, [{ code: 'ENOSPC' }]);
  isFull = false;
  clock.pass(60_000);
  await shown.shrink();
  t.equal((await lines()).length, 3, 'also what could not be written then');
});

t.test('many zones share what a page holds, and nothing is written where nothing may be', async (t) => {
  const { clock, open, disk } = await scene();
  {
    await using shown = await open();
    for (let zone = 0; zone < 50; zone++)
      for (let n = 0; n < 410; n++)
        shown.history.add({ ...signalAt(clock.wallMs() - n * WINDOW), zone: `z${zone}` });
    t.ok(shown.history.signals.length <= 20_000);
  }
  await using none = await open(0);
  none.add(signalOf(0));
  t.equal(none.history.signals.length, 1, 'it is shown all the same');
  await none.shrink();
  t.equal(await disk.read(PATH), undefined);
});
