import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { concatList, scrub } from '../../agent/decode/address.ts';
import { codeOf } from '../../agent/decode/failure.ts';
import { FramePool } from '../../agent/decode/pool.ts';
import { DecodeSession } from '../../agent/decode/session.ts';
import { frames } from '../../agent/decode/source.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';

t.test('every picture of a camera comes with its own time', async (t) => {
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const ended = new AbortController();
  const source = frames(
    {
      url: camera.url,
      transport: 'tcp',
      decoder: 'software',
      widthPx: 320,
      heightPx: 180,
      stallMs: 5000,
      reconnect: { firstMs: 10, mostMs: 10 },
      realTime: true,
    },
    { onState() {}, onDrop() {} },
    ended.signal,
  );
  const times: number[] = [];
  let memory: Uint8Array | undefined;
  for await (const { frame, release } of source) {
    times.push(frame.ptsMs);
    if (times.length === 1) {
      memory = frame.image.data;
      release();
      t.ok(
        memory.every((value) => value === 0),
        'released memory is overwritten',
      );
    }
    if (times.length === 30) break;
  }
  ended.abort();
  // FFmpeg 5.1 does not know the time of the very first picture and gives it that of the second.
  const steps = times.slice(1).map((time, i) => Math.round(time - times[i]!));
  t.ok(
    steps.every((step, i) => step % 40 === 0 && (step > 0 || i === 0)),
    steps.join(' '),
  );
});

/** Every piece of memory that a pool hands out until the test ends. */
function memoriesTaken(t: Test): ReadonlySet<Uint8Array> {
  const memories = new Set<Uint8Array>();
  const take = FramePool.prototype.take;
  t.teardown(() => {
    FramePool.prototype.take = take;
  });
  FramePool.prototype.take = function () {
    const memory = take.call(this);
    memories.add(memory);
    return memory;
  };
  return memories;
}

t.test('when it is over, no memory holds a picture any more, taken or not', async (t) => {
  const memories = memoriesTaken(t);
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  let seen = 0;
  for await (const { frame } of frames(
    {
      url: camera.url,
      transport: 'tcp',
      decoder: 'software',
      widthPx: 320,
      heightPx: 180,
      stallMs: 5000,
      reconnect: { firstMs: 10, mostMs: 10 },
      realTime: true,
    },
    { onState() {}, onDrop() {} },
    new AbortController().signal,
  )) {
    t.ok(frame.image.data.some((value) => value !== 0));
    // Meanwhile others come: one waits in the slot, one is half there.
    await new Promise((resolve) => setTimeout(resolve, 60));
    if (++seen === 5) break;
  }
  t.ok(memories.size >= 3, `${memories.size} of them`);
  for (const memory of memories)
    t.ok(
      memory.every((value) => value === 0),
      'overwritten',
    );
});

t.test('pictures that come faster than they are looked at take no more memory', async (t) => {
  const memories = memoriesTaken(t);
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  let dropped = 0;
  let seen = 0;
  for await (const _ of frames(
    {
      url: camera.url,
      transport: 'tcp',
      decoder: 'software',
      widthPx: 640,
      heightPx: 360,
      stallMs: 5000,
      reconnect: { firstMs: 10, mostMs: 10 },
      realTime: true,
    },
    { onState() {}, onDrop: () => dropped++ },
    new AbortController().signal,
  )) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    if (++seen === 12) break;
  }
  t.ok(dropped > 30, `${dropped} left out, ${seen} seen`);
  t.ok(memories.size <= 6, `in ${memories.size} pictures' memory`);
});

t.test('pictures that come without their times end the session before they fill the memory', async (t) => {
  const [widthPx, heightPx] = [640, 360];
  const args = [
    '-hide_banner',
    '-loglevel',
    'error',
    '-f',
    'lavfi',
    '-i',
    `color=s=${widthPx}x${heightPx}:r=25`,
  ];
  const session = new DecodeSession(
    {
      args: [...args, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:3'],
      live: true,
      stallMs: 20_000,
      widthPx,
      heightPx,
    },
    () => {},
  );
  t.equal(await session.next(), undefined);
  t.equal(session.code, 'invalid-data');
  await session.stop();
});

t.test('a recording comes whole, also when many pictures fit into one chunk of the pipe', async (t) => {
  let seen = 0;
  let last = -1;
  for await (const { frame } of frames(
    {
      url: pathToFileURL(join(ROOT, 'test/scene/plant-a.mp4')).href,
      transport: 'tcp',
      decoder: 'software',
      widthPx: 32,
      heightPx: 18,
      stallMs: 5000,
      reconnect: { firstMs: 1, mostMs: 1 },
      realTime: false,
    },
    { onState() {}, onDrop: () => t.fail('a recording loses no picture') },
    new AbortController().signal,
  )) {
    if (frame.ptsMs <= last) t.fail(`${frame.ptsMs} after ${last}`);
    last = frame.ptsMs;
    seen++;
  }
  t.equal(seen, 500);
  t.equal(last, 499 * 40);
});

t.test('credentials: quoted for the list, gone from what is said', async (t) => {
  const credentials = { user: "o'neil", password: "p@ss: 'w/rd" };
  const list = concatList('rtsp://10.0.0.1:554/a?b=1', 'udp', credentials);
  t.match(list, "file 'rtsp://o%27neil:p%40ss%3A%20%27w%2Frd@10.0.0.1:554/a?b=1'\n");
  t.match(list, 'option rtsp_transport udp');
  const said = scrub(`rtsp://o%27neil:p%40ss@10.0.0.1/a: failed with ${credentials.password}`, credentials);
  t.notMatch(said, /p@ss|p%40ss|neil/);
});

t.test('reasons in the words of ffmpeg', async (t) => {
  t.equal(codeOf('method DESCRIBE failed: 401 Unauthorized'), 'unauthorised');
  t.equal(codeOf('Server returned 404 Not Found'), 'not-found');
  t.equal(codeOf('Connection to tcp://127.0.0.1:1 failed: Connection refused'), 'unreachable');
  t.equal(codeOf(''), 'ended');
  t.equal(codeOf('streaming stopped, reason not-negotiated (-4)'), 'unsupported-codec');
  t.equal(codeOf('WARNING: erroneous pipeline: no element "nvv4l2decoder"'), 'decoder-missing');
  t.equal(codeOf("ERROR: typefind: Stream doesn't contain enough data."), 'no-decodable-video');
  t.equal(codeOf('something new'), 'decoder-died');
});
