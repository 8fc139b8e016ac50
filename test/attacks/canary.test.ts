import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, startMosquitto, writeConfig } from '../support/plant.ts';
import { freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { examine } from './canary/examine.ts';
import { copiesIn } from './canary/memory.ts';
import { asLiveView, judge, lookOn } from './canary/onlooker.ts';
import { ANALYSIS, FPS, makeCanary } from './canary/picture.ts';
import { childrenOf, filesBelow, Watch, whyNoStrace } from './canary/watched.ts';
import { LONG, seedOf } from './form.ts';

const SEED = seedOf();
/** How long it works between crashes. */
const WORK_MS = LONG ? 60_000 : 0;
/** How long its memory is looked at. */
const LOOK_MS = LONG ? 20_000 : 5_000;
/** Of the picture, where nobody is. */
const ROOM_ROWS = [5, 20, 140];
/** One that is filled, one that waits, one in work, and those of a moment in which times were late. */
const MOST_COPIES = 6;
/** Some seconds of it. */
const VIEW_BYTES = 100 * 188;
const skip = whyNoStrace();

t.test(
  `a known picture before the cameras: nothing of it anywhere, seed ${SEED}`,
  skip === undefined ? { timeout: 400_000 } : { skip },
  async (t) => {
    const folder = t.testdir();
    const { film, bank, frames } = await makeCanary(folder, SEED);
    await using camera = await TestCamera.start({ file: film });
    await using broker = await startMosquitto(join(folder, 'broker'));
    await using plant = dashboard(broker.url);
    const viewPort = await freePort();
    // A socket has a short path.
    const state = mkdtempSync(join(tmpdir(), 'canary-'));
    t.teardown(() => rmSync(state, { recursive: true, force: true }));
    const config = writeConfig(join(folder, 'config'), {
      camera: camera.url,
      broker: broker.url,
      more: {
        live: { port: viewPort, maxMinutes: 5 },
        state: { folder: state },
        quality: { minFps: FPS / 3, minFaceHeightPx: 30 },
      },
      ofCamera: { analysis: ANALYSIS },
    });
    let viewed: { stream: Buffer; words: string } | undefined;
    const watch = new Watch(join(folder, 'home'));
    const env = {
      // What somebody who looks into FFmpeg sets: see agent/decode/environment.ts.
      FFREPORT: `file=${join(folder, 'home/ffreport.log')}:level=32`,
      // ONNX Runtime would be on its good behaviour: see agent/inference/session.ts.
      CI: '',
    };
    const start = () => watch.start([process.execPath, join(ROOT, 'dist/agent/main.js'), 'run', config], env);
    const health = () => plant.messages.findLast(({ topic }) => topic.endsWith('/health'))?.body.cameras[0];
    const counted = () =>
      plant.messages.filter(
        ({ topic, body }) => topic.endsWith('/signal') && body.state === 'released' && body.slots.none > 0,
      ).length;

    {
      await using daemon = start();
      await until(() => counted() > 0, 'slots of the known faces', { withinMs: 120_000 });
      await new Promise((resolve) => setTimeout(resolve, WORK_MS));
      const cameras = () => childrenOf(daemon.pid()).filter(isCamera);
      const [first] = await until(() => cameras().length > 0 && cameras(), 'the camera process');
      for (const pid of [daemon.pid(), first!, ...childrenOf(first!)])
        t.match(limitsOf(pid), /Max core file size +[01] +[01] /, `no core dumps of ${pid}`);
      const room = rowsOf(frames);
      const inSupervisor = copiesIn(daemon.pid(), room);
      if (inSupervisor === undefined) t.pass('memory', { skip: 'that of other processes may not be read' });
      else {
        t.same(inSupervisor.filter(Boolean), [], 'the supervisor never has a picture');
        // Between two frames there is none in the camera process either, and a look takes longer than a frame.
        let most = 0;
        let seen = 0;
        let looks = 0;
        for (const untilMs = performance.now() + LOOK_MS; performance.now() < untilMs; looks++) {
          const copies = Math.max(...copiesIn(first!, room)!);
          most = Math.max(most, copies);
          if (copies > 0) seen++;
        }
        t.comment(`a row of the room in the camera process in ${seen} of ${looks} looks`);
        t.ok(most <= MOST_COPIES, `${most} copies of it at most`);
      }
      await using onlooker = await lookOn(config, 'cam');
      await until(() => onlooker.stream().length > VIEW_BYTES, 'a live view', { withinMs: 60_000 });
      if (inSupervisor !== undefined) {
        t.same(copiesIn(daemon.pid(), room)!.filter(Boolean), [], 'nor while somebody looks on');
        t.ok(
          Math.max(...copiesIn(first!, room)!) <= MOST_COPIES,
          'and the camera process has no more of them',
        );
      }
      process.kill(first!, 'SIGSEGV');
      viewed = { stream: onlooker.stream(), words: onlooker.words() };
      await until(() => health()?.restarts === 1 && health()?.state === 'streaming', 'the next one', {
        withinMs: 120_000,
      });
      t.pass('a camera process crashed while it worked, and another has taken over');
      process.kill(daemon.pid(), 'SIGABRT');
      await daemon.exited;
      t.pass('so has the supervisor');
    }
    const before = counted();
    const view = await judge(viewed!.stream, bank);
    t.ok(
      view.some(({ isMasked }) => isMasked),
      'the live view was one of masks',
    );
    t.same(
      view.filter(({ finding }) => finding !== undefined),
      [],
      'and nothing of the picture was in it',
    );
    t.same(examine(Buffer.from(viewed!.words), bank), [], 'nor in what the page was told');
    const unmasked = await judge(await asLiveView(film, ANALYSIS), bank);
    t.ok(
      unmasked.every(({ finding }) => finding !== undefined),
      `${unmasked[0]!.finding?.detail}: found in one without masks`,
    );
    {
      await using daemon = start();
      await until(() => counted() > before, 'slots after the crash', { withinMs: 120_000 });
      process.kill(daemon.pid(), 'SIGTERM');
      t.equal(await daemon.exited, 0, daemon.text());
    }

    t.same(await watch.leaks(bank, viewPort), [], 'nothing of it was written, said or left behind');
    const traces = await watch.traces();
    const exempt = traces.flatMap((trace) => [...trace.exempt]);
    const bytes = exempt.reduce((sum, [, each]) => sum + each, 0);
    t.comment(`${(bytes / 1e6).toFixed(1)} MB of pictures over ${exempt.length} pipes to camera processes`);
    t.ok(bytes > 1e6, 'the pictures were really there');
    t.same(
      traces
        .flatMap(({ opened }) => [...opened])
        .filter((path) => !path.startsWith(state) && path !== '/dev/null'),
      [],
      'no file was opened for writing but ledger, audit log and lock',
    );
    t.same(
      filesBelow(state).filter((path) => !/audit-\d+\.jsonl$|releases\.jsonl$/.test(basename(path))),
      [],
      'and no other is left',
    );
    const allowed = [camera.url, broker.url].map((url) => `127.0.0.1:${new URL(url).port}`);
    t.same(
      new Set(traces.flatMap(({ connected }) => [...connected])),
      new Set(allowed),
      'nobody was called but camera and broker',
    );
    const said = JSON.stringify(plant.messages);
    t.notMatch(said, /[A-Za-z0-9+/]{200}/, 'no message holds a long word');
  },
);

/** Pieces of rows of the room, each once. */
function rowsOf(frames: readonly Uint8Array[]): Uint8Array[] {
  const rows = new Map<string, Uint8Array>();
  for (const frame of frames)
    for (const y of ROOM_ROWS) {
      const row = frame.subarray(y * ANALYSIS.widthPx, y * ANALYSIS.widthPx + 40);
      rows.set(Buffer.from(row).toString('latin1'), row);
    }
  return [...rows.values()];
}

const limitsOf = (pid: number): string => readFileSync(`/proc/${pid}/limits`, 'utf8');
const isCamera = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('camera/main.js');
