import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { filmFolder, makeFilm } from './ffmpeg.ts';
import { filmOf, loadFilm } from './film.ts';
import { nalType } from './h264.ts';
import { Mp4Error, type Mp4Fault, readVideoTrack } from './mp4.ts';

const folder = filmFolder(t);
const good = await readFile(await makeFilm(join(folder, 'good.mp4'), 2));

/** Where the index begins; pictures before it may contain any four letters. */
const index = good.indexOf('moov', 0, 'latin1');

/** A copy with one four-character code of the index replaced. */
function renamed(from: string, to: string): Buffer {
  const copy = Buffer.from(good);
  copy.write(to, copy.indexOf(from, index, 'latin1'), 'latin1');
  return copy;
}

/** A copy with one 32-bit number of a box changed; `at` counts from the end of the box's type. */
function altered(box: string, at: number, value: number): Buffer {
  const copy = Buffer.from(good);
  copy.writeUInt32BE(value, copy.indexOf(box, index, 'latin1') + 4 + at);
  return copy;
}

const faultOf = (file: Buffer): Mp4Fault | 'none' => {
  try {
    filmOf(file);
    return 'none';
  } catch (error) {
    if (error instanceof Mp4Error) return error.fault;
    throw error;
  }
};

t.test('a film as ffmpeg writes it', async (t) => {
  const track = readVideoTrack(good);
  t.same([track.widthPx, track.heightPx], [320, 180]);
  t.equal(track.samples.length, 50);
  t.same(
    track.samples.flatMap(({ sync }, i) => (sync ? [i] : [])),
    [0, 25],
  );
  t.ok(track.samples.every(({ time, duration }, i) => time === i * duration));
  t.equal((track.samples.at(-1)!.time + track.samples.at(-1)!.duration) / track.timescale, 2);
});

t.test('a film as a sender needs it', async (t) => {
  const film = filmOf(good);
  t.equal(film.durationTicks, 180_000);
  t.equal(film.framesPerSecond, 25);
  t.match(film.fmtp, /profile-level-id=[0-9A-F]{6};/);
  t.equal(film.accessUnits[1]!.ticks, 3600);
  for (const { key, nalUnits } of film.accessUnits) {
    const types = nalUnits.map(nalType);
    if (types.includes(5) !== key) t.fail('an IDR picture is a keyframe');
    if (key) t.same(types.slice(0, 2), [7, 8], 'a keyframe begins with its parameter sets');
  }
});

t.test('the index may come first, and all pictures may be keyframes', async (t) => {
  const path = await makeFilm(join(folder, 'fast.mp4'), 1, '-g', '1', '-movflags', '+faststart');
  const film = await loadFilm(path);
  t.equal(film.accessUnits.length, 25);
  t.ok(film.accessUnits.every(({ key }) => key));
});

t.test('B-frames are shown in another order than they are sent in', async (t) => {
  const film = await loadFilm(
    await makeFilm(join(folder, 'b.mp4'), 1, '-preset', 'medium', '-bf', '2', '-b_strategy', '0'),
  );
  const shown = film.accessUnits.map(({ shownTicks }) => shownTicks);
  const inOrder = shown.toSorted((a, b) => a - b);
  t.not(shown, inOrder);
  t.same([...new Set(inOrder.slice(1).map((ticks, i) => ticks - inOrder[i]!))], [3600]);
  t.ok(film.accessUnits.every(({ ticks, shownTicks }) => shownTicks >= ticks));
});

t.test('H.265', async (t) => {
  const film = await loadFilm(
    await makeFilm(join(folder, 'hevc.mp4'), 1, '-c:v', 'libx265', '-x265-params', 'log-level=error'),
  );
  t.equal(film.codec, 'H265');
  t.match(film.fmtp, /^sprop-vps=\S+;sprop-sps=\S+;sprop-pps=[\w+/=]+$/);
  const types = film.accessUnits[0]!.nalUnits.map((nalUnit) => (nalUnit[0]! >> 1) & 0x3f);
  t.same(types.slice(0, 3), [32, 33, 34], 'a keyframe begins with its parameter sets');
});

t.test('files that are not what they should be', async (t) => {
  t.equal(faultOf(Buffer.from('this is a text')), 'not-mp4');
  t.equal(faultOf(Buffer.alloc(0)), 'not-mp4');
  t.equal(faultOf(good.subarray(0, good.length - 100)), 'truncated', 'cut off in the index');
  t.equal(faultOf(good.subarray(0, index - 4)), 'truncated', 'without an index');
  t.equal(faultOf(renamed('\0\0\0\0vide', '\0\0\0\0soun')), 'no-video');
  t.equal(faultOf(renamed('stbl', 'stbx')), 'inconsistent');
  t.equal(faultOf(altered('stsz', 8, 0)), 'no-video', 'no samples');
  t.equal(faultOf(altered('stsz', 8, 0xffff_ffff)), 'truncated', 'a count that would ask for gigabytes');
  t.equal(faultOf(altered('stsz', 12, 0x7fff_ffff)), 'truncated', 'a sample beyond the end');
  t.equal(faultOf(altered('stss', 8, 2)), 'no-keyframe');
  t.equal(faultOf(altered('stco', 8, good.length)), 'truncated');
  t.equal(faultOf(altered('stsc', 8, 0)), 'inconsistent');
  t.equal(faultOf(altered('stts', 8, 1)), 'inconsistent', 'fewer times than samples');
});

t.test('films that cannot be shown', async (t) => {
  const made = async (name: string, ...more: string[]) =>
    faultOf(await readFile(await makeFilm(join(folder, name), 1, ...more)));
  t.equal(await made('mpeg4.mp4', '-c:v', 'mpeg4', '-flags', '-global_header'), 'codec');
  t.equal(await made('fragments.mp4', '-movflags', '+frag_keyframe+empty_moov'), 'fragmented');
});

t.test('the message names the file', async (t) => {
  const path = join(folder, 'notes.mp4');
  await writeFile(path, 'only text');
  await t.rejects(loadFilm(path), { name: 'Mp4Error', fault: 'not-mp4', message: /notes\.mp4: / });
});
