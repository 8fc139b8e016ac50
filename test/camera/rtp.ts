import { randomBytes } from 'node:crypto';

/** Dynamic payload type, bound to H.264 in the SDP (RFC 3551, 3). */
export const PAYLOAD_TYPE = 96;
const RTP_HEADER_BYTES = 12;
/** Largest payload of one packet, as on an Ethernet, where cameras live; TCP itself would bear 64 KiB. */
const MAX_PAYLOAD_BYTES = 1400;
const FU_A = 28;

/** One RTP stream of H.264 (RFC 6184, packetization-mode 1: single NAL unit packets and FU-A). */
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
    return (this.#firstTimestamp + ticks) % 2 ** 32;
  }

  /** Packets of one access unit; the last one carries the marker (RFC 6184, 5.1). */
  packetize(nalUnits: readonly Buffer[], ticks: number): Buffer[] {
    const payloads = nalUnits.flatMap(fragment);
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

/** A NAL unit as it is (RFC 6184, 5.6) or, if it does not fit, in fragments without its own header (5.8). */
function fragment(nalUnit: Buffer): Buffer[] {
  if (nalUnit.length <= MAX_PAYLOAD_BYTES) return [nalUnit];
  const header = nalUnit[0]!;
  const indicator = (header & 0xe0) | FU_A;
  const type = header & 0x1f;
  const room = MAX_PAYLOAD_BYTES - 2;
  const fragments: Buffer[] = [];
  for (let at = 1; at < nalUnit.length; at += room) {
    const start = at === 1 ? 0x80 : 0;
    const end = at + room >= nalUnit.length ? 0x40 : 0;
    fragments.push(
      Buffer.concat([Buffer.from([indicator, start | end | type]), nalUnit.subarray(at, at + room)]),
    );
  }
  return fragments;
}
