import type { Configuration } from './h264.ts';
import { Mp4Error } from './mp4.ts';

/** nal_unit_type values of parameter sets (ITU-T H.265, table 7-1), in sending order, and their names in an SDP. */
const SETS = { 32: 'sprop-vps', 33: 'sprop-sps', 34: 'sprop-pps' } as const;

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1.2). */
export function readHevcConfiguration(record: Buffer): Configuration {
  const found = new Map<number, Buffer[]>();
  try {
    const lengthBytes = (record.readUInt8(21) & 0x03) + 1;
    let at = 23;
    for (let arrays = record.readUInt8(22); arrays > 0; arrays--) {
      const type = record.readUInt8(at) & 0x3f;
      const count = record.readUInt16BE(at + 1);
      at += 3;
      for (let i = 0; i < count; i++) {
        const end = at + 2 + record.readUInt16BE(at);
        if (end > record.length) throw new RangeError('beyond the record');
        found.set(type, [...(found.get(type) ?? []), record.subarray(at + 2, end)]);
        at = end;
      }
    }
    const fields = Object.entries(SETS).map(([type, name]) => {
      const sets = found.get(Number(type));
      if (sets === undefined) throw new Mp4Error('codec', `the file has no ${name.slice(6)} in its header`);
      return { sets, text: `${name}=${sets.map((set) => set.toString('base64')).join(',')}` };
    });
    return {
      lengthBytes,
      parameterSets: fields.flatMap(({ sets }) => sets),
      fmtp: fields.map(({ text }) => text).join(';'),
    };
  } catch (error) {
    if (error instanceof RangeError) throw new Mp4Error('truncated', 'the "hvcC" box is cut off');
    throw error;
  }
}
