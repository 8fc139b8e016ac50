/**
 * The least of ISO/IEC 14496-12 that gets the coded pictures of one H.264 or H.265 track out of a finished MP4 file, in order and
 * with their times. A file that is not what it should be is refused with a reason, never half read.
 */

export type Mp4Fault =
  /** Not an MP4 file at all. */
  | 'not-mp4'
  /** A box or a sample reaches beyond the end of the file, or the file has no index (`moov`) yet. */
  | 'truncated'
  /** The samples are in movie fragments (`moof`), which this reader does not follow. */
  | 'fragmented'
  /** No video track. */
  | 'no-video'
  /** A video track, but neither H.264 nor H.265 with its parameter sets in the sample description. */
  | 'codec'
  /** The first picture is no sync sample, so no client could start there. */
  | 'no-keyframe'
  /** The sample tables contradict each other. */
  | 'inconsistent';

export class Mp4Error extends Error {
  override readonly name = 'Mp4Error';
  readonly fault: Mp4Fault;

  constructor(fault: Mp4Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** As in an SDP (RFC 6184, RFC 7798). */
export type Codec = 'H264' | 'H265';

/** Sample entry, codec, and the box with its parameter sets. */
const CODECS: Readonly<Record<string, readonly [Codec, string]>> = {
  avc1: ['H264', 'avcC'],
  hvc1: ['H265', 'hvcC'],
  hev1: ['H265', 'hvcC'],
};

export interface Sample {
  /** The coded picture as stored: NAL units, each behind its length (ISO/IEC 14496-15, 5.3). */
  readonly data: Buffer;
  /** Decoding time since the start of the track, in units of the track's timescale. */
  readonly time: number;
  /** When it is shown, on a clock on which none is shown before it can be decoded; differs in order with B-frames. */
  readonly shownTime: number;
  /** In units of the track's timescale. */
  readonly duration: number;
  readonly sync: boolean;
}

export interface VideoTrack {
  /** Units per second. */
  readonly timescale: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly codec: Codec;
  /** Payload of the `avcC` or `hvcC` box (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1). */
  readonly configuration: Buffer;
  readonly samples: readonly Sample[];
}

/** The first video track of a whole MP4 file. Sample data are views into `file`, not copies. */
export function readVideoTrack(file: Buffer): VideoTrack {
  try {
    return videoTrack(file);
  } catch (error) {
    // Buffer reads check their bounds; outside of them means that a table is shorter than it says.
    if (error instanceof RangeError) throw new Mp4Error('truncated', 'a table ends before its last entry');
    throw error;
  }
}

const FIRST_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'styp']);

function videoTrack(file: Buffer): VideoTrack {
  if (file.length < 8 || !FIRST_BOXES.has(fourCc(file, 4)))
    throw new Mp4Error('not-mp4', 'the file does not begin like an MP4 file');
  const top = boxesOf(file);
  const moov = find(top, 'moov');
  if (moov === undefined)
    throw new Mp4Error('truncated', 'the file has no "moov" box: the recording was not finished');
  const movie = boxesOf(moov);

  for (const trak of movie.filter(({ type }) => type === 'trak')) {
    const media = boxesOf(need(boxesOf(trak.payload), 'mdia'));
    // hdlr (8.4.3): version and flags, pre_defined, handler_type.
    if (fourCc(need(media, 'hdlr'), 8) !== 'vide') continue;
    if (find(movie, 'mvex') !== undefined)
      throw new Mp4Error('fragmented', 'the file is fragmented; remux it with "ffmpeg -i IN -c copy OUT"');
    const table = boxesOf(need(boxesOf(need(media, 'minf')), 'stbl'));
    const timescale = timescaleOf(need(media, 'mdhd'));
    if (timescale === 0) throw new Mp4Error('inconsistent', 'the timescale of the video track is 0');
    return { timescale, ...describe(need(table, 'stsd')), samples: samplesOf(file, table) };
  }
  throw new Mp4Error('no-video', 'the file has no video track');
}

interface Box {
  readonly type: string;
  readonly payload: Buffer;
}

/** Boxes side by side (4.2): 32-bit size and type, with 1 for a 64-bit size and 0 for "to the end". */
function boxesOf(parent: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= parent.length; ) {
    const type = fourCc(parent, at + 4);
    let size = parent.readUInt32BE(at);
    let header = 8;
    if (size === 1) {
      size = Number(parent.readBigUInt64BE(at + 8));
      header = 16;
    } else if (size === 0) size = parent.length - at;
    if (size < header || at + size > parent.length)
      throw new Mp4Error('truncated', `box "${printable(type)}" reaches beyond the end of what holds it`);
    boxes.push({ type, payload: parent.subarray(at + header, at + size) });
    at += size;
  }
  return boxes;
}

const fourCc = (buffer: Buffer, at: number): string => buffer.toString('latin1', at, at + 4);
const printable = (type: string): string => type.replace(/[^\x20-\x7e]/g, '?');
const find = (boxes: readonly Box[], type: string): Buffer | undefined =>
  boxes.find((box) => box.type === type)?.payload;

function need(boxes: readonly Box[], type: string): Buffer {
  const payload = find(boxes, type);
  if (payload === undefined)
    throw new Mp4Error('inconsistent', `there is no "${type}" box where one must be`);
  return payload;
}

/** mdhd (8.4.2): the times before the timescale are 64 bits wide in version 1. */
const timescaleOf = (mdhd: Buffer): number => mdhd.readUInt32BE(mdhd.readUInt8(0) === 1 ? 20 : 12);

/** stsd (8.5.2) with one VisualSampleEntry (12.1.3): 78 bytes of fields, then boxes, among them avcC or hvcC. */
function describe(stsd: Buffer): Pick<VideoTrack, 'widthPx' | 'heightPx' | 'codec' | 'configuration'> {
  const [entry, ...more] = boxesOf(stsd.subarray(8));
  if (entry === undefined) throw new Mp4Error('inconsistent', 'the video track has no sample description');
  const [codec, box] = CODECS[entry.type] ?? [];
  if (codec === undefined || box === undefined)
    throw new Mp4Error('codec', `the video is "${printable(entry.type)}", neither H.264 nor H.265`);
  if (more.length > 0) throw new Mp4Error('codec', 'the video changes its parameters half way');
  return {
    widthPx: entry.payload.readUInt16BE(24),
    heightPx: entry.payload.readUInt16BE(26),
    codec,
    configuration: need(boxesOf(entry.payload.subarray(78)), box),
  };
}

function samplesOf(file: Buffer, table: readonly Box[]): Sample[] {
  const sizes = sampleSizes(need(table, 'stsz'), file.length);
  const shifts = compositionOffsets(find(table, 'ctts'));
  const sync = syncSamples(find(table, 'stss'));
  const offsets = sampleOffsets(table, sizes);
  const durations = runs(need(table, 'stts'));
  let time = 0;
  const samples = sizes.map((size, i): Sample => {
    const offset = offsets[i];
    const { value: duration } = durations.next();
    const { value: shift = 0 } = shifts.next();
    if (offset === undefined || duration === undefined)
      throw new Mp4Error('inconsistent', `the tables place ${i} of ${sizes.length} samples`);
    if (offset + size > file.length)
      throw new Mp4Error('truncated', `sample ${i} of ${sizes.length} lies beyond the end of the file`);
    const sample = {
      data: file.subarray(offset, offset + size),
      time,
      shownTime: time + shift,
      duration,
      sync: sync === undefined || sync.has(i + 1),
    };
    time += duration;
    return sample;
  });
  if (samples.length === 0) throw new Mp4Error('no-video', 'the video track has no pictures');
  if (!samples[0]!.sync) throw new Mp4Error('no-keyframe', 'the first picture is not a keyframe');
  if (time === 0) throw new Mp4Error('inconsistent', 'the video track has no duration');
  return samples;
}

/** stsz (8.7.3.2): one size for all, or one for each. */
function sampleSizes(stsz: Buffer, fileBytes: number): number[] {
  const common = stsz.readUInt32BE(4);
  const count = stsz.readUInt32BE(8);
  // Checked before the array exists, so that a damaged count cannot ask for gigabytes.
  const fits = common === 0 ? 12 + count * 4 <= stsz.length : count * common <= fileBytes;
  if (!fits) throw new Mp4Error('truncated', 'the table of sample sizes ends early');
  return Array.from({ length: count }, (_, i) => (common === 0 ? stsz.readUInt32BE(12 + i * 4) : common));
}

/** stts and ctts (8.6.1): pairs of count and value, as one value per sample. */
function* runs(box: Buffer): Generator<number, undefined> {
  const entries = box.readUInt32BE(4);
  for (let i = 0; i < entries; i++) {
    const value = box.readUInt32BE(12 + i * 8);
    for (let left = box.readUInt32BE(8 + i * 8); left > 0; left--) yield value;
  }
}

/** ctts (8.6.1.3), less what is common to all, which is only a shift; signed in version 1, and written so in version 0 too. */
function* compositionOffsets(ctts: Buffer | undefined): Generator<number, undefined> {
  if (ctts === undefined) return;
  let least = Number.POSITIVE_INFINITY;
  for (const offset of runs(ctts)) least = Math.min(least, offset | 0);
  for (const offset of runs(ctts)) yield (offset | 0) - least;
}

/** stss (8.6.2): sample numbers from 1. Without the box every sample is a sync sample. */
function syncSamples(stss: Buffer | undefined): Set<number> | undefined {
  if (stss === undefined) return undefined;
  const numbers = new Set<number>();
  const entries = stss.readUInt32BE(4);
  for (let i = 0; i < entries; i++) numbers.add(stss.readUInt32BE(8 + i * 4));
  return numbers;
}

/** stsc (8.7.4) says how many samples a chunk has, stco or co64 (8.7.5) where each chunk begins. */
function sampleOffsets(table: readonly Box[], sizes: readonly number[]): number[] {
  const chunks = chunkOffsets(table);
  const stsc = need(table, 'stsc');
  const entries = stsc.readUInt32BE(4);
  const offsets: number[] = [];
  for (let i = 0; i < entries; i++) {
    const first = stsc.readUInt32BE(8 + i * 12);
    const perChunk = stsc.readUInt32BE(12 + i * 12);
    const end = i + 1 < entries ? stsc.readUInt32BE(20 + i * 12) : chunks.length + 1;
    if (first < 1 || end <= first) throw new Mp4Error('inconsistent', 'the table of chunks is out of order');
    for (const start of chunks.slice(first - 1, end - 1)) {
      let at = start;
      for (let n = 0; n < perChunk && offsets.length < sizes.length; n++) {
        offsets.push(at);
        at += sizes[offsets.length - 1]!;
      }
    }
  }
  return offsets;
}

function chunkOffsets(table: readonly Box[]): number[] {
  const wide = find(table, 'co64');
  const box = wide ?? need(table, 'stco');
  const width = wide === undefined ? 4 : 8;
  const entries = box.readUInt32BE(4);
  if (8 + entries * width > box.length) throw new Mp4Error('truncated', 'the table of chunks ends early');
  return Array.from({ length: entries }, (_, i) =>
    wide === undefined ? box.readUInt32BE(8 + i * 4) : Number(box.readBigUInt64BE(8 + i * 8)),
  );
}
