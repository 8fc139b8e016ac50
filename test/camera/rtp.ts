import { randomBytes } from 'node:crypto';
import type { Codec } from './mp4.ts';

/** Dynamic payload type, bound to the codec in the SDP (RFC 3551, 3). */
export const PAYLOAD_TYPE = 96;
const RTP_HEADER_BYTES = 12;
/** Largest payload of one packet, as on an Ethernet, where cameras live; TCP itself would bear 64 KiB. */
const MAX_PAYLOAD_BYTES = 1400;
/** Types of fragments: FU-A of H.264 (RFC 6184, 5.8), FU of H.265 (RFC 7798, 4.4.3). */
const FU_A = 28;
const FU = 49;

/** One RTP stream of single NAL unit packets and fragments: RFC 6184 in packetization-mode 1, RFC 7798. */
export class RtpStream {
  // RFC 3550, 5.1: source, first sequence number and first timestamp are random.
  readonly ssrc = randomBytes(4).readUInt32BE();
  readonly #firstTimestamp = randomBytes(4).readUInt32BE();
  #sequence = randomBytes(2).readUInt16BE();
  #packets = 0;
  #payloadBytes = 0;

  /** Sequence number that the next packet will have. */
  get nextSequence(): number {
    return this.#sequence;
  }
  /** Packets sent so far. */
  get packets(): number {
    return this.#packets;
  }
  /** Payload bytes sent so far, headers not counted (RFC 3550, 6.4.1). */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** The 32-bit RTP timestamp for a time on the stream's own clock, in 90 kHz ticks since its start. */
  timestampAt(ticks: number): number {
    return (this.#firstTimestamp + ticks) >>> 0;
  }

  /** Packets of one access unit; the last one carries the marker (RFC 6184, 5.1). */
  packetize(codec: Codec, nalUnits: readonly Buffer[], ticks: number): Buffer[] {
    const payloads = nalUnits.flatMap((nalUnit) => fragment(codec, nalUnit));
    const timestamp = this.timestampAt(ticks);
    return payloads.map((payload, i) => this.#packet(payload, timestamp, i === payloads.length - 1));
  }

  #packet(payload: Buffer, timestamp: number, marker: boolean): Buffer {
    const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
    packet[0] = 0x80; // version 2, no padding, no extension, no contributing sources
    packet[1] = (marker ? 0x80 : 0) | PAYLOAD_TYPE;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(timestamp, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    payload.copy(packet, RTP_HEADER_BYTES);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets++;
    this.#payloadBytes += payload.length;
    return packet;
  }
}

/** A NAL unit as it is or, if it does not fit, in fragments without its own header. */
function fragment(codec: Codec, nalUnit: Buffer): Buffer[] {
  if (nalUnit.length <= MAX_PAYLOAD_BYTES) return [nalUnit];
  const header = nalUnit[0]!;
  const [indicator, type] =
    codec === 'H264'
      ? [[(header & 0xe0) | FU_A], header & 0x1f]
      : [[(header & 0x81) | (FU << 1), nalUnit[1]!], (header >> 1) & 0x3f];
  const room = MAX_PAYLOAD_BYTES - indicator.length - 1;
  const fragments: Buffer[] = [];
  const first = indicator.length;
  for (let at = first; at < nalUnit.length; at += room) {
    const start = at === first ? 0x80 : 0;
    const end = at + room >= nalUnit.length ? 0x40 : 0;
    fragments.push(
      Buffer.concat([Buffer.from([...indicator, start | end | type]), nalUnit.subarray(at, at + room)]),
    );
  }
  return fragments;
}
