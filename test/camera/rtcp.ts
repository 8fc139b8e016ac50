/** Seconds from 1900, where NTP time starts, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;
const SENDER_REPORT = 200;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;

export interface SenderState {
  readonly ssrc: number;
  /** Wall clock, milliseconds since 1970. */
  readonly wallMs: number;
  /** The same instant on the stream's clock. */
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly payloadBytes: number;
}

/** A sender report and the CNAME, which every compound packet must have (RFC 3550, 6.1, 6.4.1, 6.5.1). */
export function senderReport(state: SenderState, cname: string): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = SENDER_REPORT;
  report.writeUInt16BE(report.length / 4 - 1, 2);
  report.writeUInt32BE(state.ssrc, 4);
  const seconds = Math.floor(state.wallMs / 1000);
  report.writeUInt32BE((seconds + NTP_EPOCH_S) % 2 ** 32, 8);
  report.writeUInt32BE(Math.floor((state.wallMs / 1000 - seconds) * 2 ** 32), 12);
  report.writeUInt32BE(state.rtpTimestamp, 16);
  report.writeUInt32BE(state.packets % 2 ** 32, 20);
  report.writeUInt32BE(state.payloadBytes % 2 ** 32, 24);
  return Buffer.concat([report, sourceDescription(state.ssrc, cname)]);
}

function sourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  // At least one zero ends the list of items; the chunk is padded to 32 bits.
  const packet = Buffer.alloc(Math.ceil((8 + 2 + name.length + 1) / 4) * 4);
  packet[0] = 0x81;
  packet[1] = SOURCE_DESCRIPTION;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  packet[8] = CNAME;
  packet[9] = name.length;
  name.copy(packet, 10);
  return packet;
}
