import { Mp4Error } from './mp4.ts';

/** nal_unit_type values (ITU-T H.264, table 7-1) that matter to a sender. */
export const NAL = { delimiter: 9 } as const;

export const nalType = (nalUnit: Buffer): number => nalUnit[0]! & 0x1f;

/** What both codecs keep beside their pictures. */
export interface Configuration {
  /** Bytes of the length before each NAL unit in a sample: 1, 2 or 4. */
  readonly lengthBytes: number;
  /** In the order in which they go before a keyframe. */
  readonly parameterSets: readonly Buffer[];
  /** Format parameters of the SDP (RFC 6184, 8.2.1; RFC 7798, 7.1). */
  readonly fmtp: string;
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
export function readAvcConfiguration(record: Buffer): Configuration {
  let at = 5;
  const sets = (count: number): Buffer[] =>
    Array.from({ length: count }, () => {
      const length = record.readUInt16BE(at);
      const set = record.subarray(at + 2, at + 2 + length);
      if (length === 0 || set.length < length)
        throw new Mp4Error('truncated', 'a parameter set in "avcC" is cut off');
      at += 2 + length;
      return set;
    });
  try {
    const lengthBytes = (record.readUInt8(4) & 0x03) + 1;
    const sps = sets(record.readUInt8(at++) & 0x1f);
    const pps = sets(record.readUInt8(at++));
    if (sps.length === 0 || pps.length === 0)
      throw new Mp4Error('codec', 'the file has no H.264 parameter sets in its header');
    const parameterSets = [...sps, ...pps];
    // profile_idc, constraint flags and level_idc (RFC 6184, 8.1).
    const profile = sps[0]!.toString('hex', 1, 4).toUpperCase();
    const sprop = parameterSets.map((set) => set.toString('base64')).join(',');
    const fmtp = `packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sprop}`;
    return { lengthBytes, parameterSets, fmtp };
  } catch (error) {
    if (error instanceof RangeError) throw new Mp4Error('truncated', 'the "avcC" box is cut off');
    throw error;
  }
}

/** The NAL units of a sample, without their lengths. */
export function nalUnitsOf(sample: Buffer, lengthBytes: number): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at < sample.length; ) {
    const start = at + lengthBytes;
    const end = start <= sample.length ? start + sample.readUIntBE(at, lengthBytes) : Infinity;
    if (end > sample.length) throw new Mp4Error('inconsistent', 'a NAL unit is longer than its sample');
    if (end > start) units.push(sample.subarray(start, end));
    at = end;
  }
  if (units.length === 0) throw new Mp4Error('inconsistent', 'a sample holds no picture');
  return units;
}
