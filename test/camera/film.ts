import { readFile } from 'node:fs/promises';
import { NAL, nalType, nalUnitsOf, readAvcConfiguration } from './h264.ts';
import { readHevcConfiguration } from './h265.ts';
import { type Codec, Mp4Error, readVideoTrack } from './mp4.ts';

/** Ticks per second of the RTP clock for H.264 (RFC 6184, 8.2.1) and H.265 (RFC 7798, 7.1). */
export const CLOCK_HZ = 90_000;

export interface AccessUnit {
  /** In sending order; a keyframe begins with its parameter sets. */
  readonly nalUnits: readonly Buffer[];
  /** When it is sent, since the start of the film, in ticks of the RTP clock. */
  readonly ticks: number;
  /** When it is shown, on the same clock: another order than that of sending where there are B-frames. */
  readonly shownTicks: number;
  readonly key: boolean;
}

/** A film as a sender needs it. */
export interface Film {
  readonly codec: Codec;
  readonly accessUnits: readonly AccessUnit[];
  /** From the first picture to where the first picture of the next round is due, in ticks of the RTP clock. */
  readonly durationTicks: number;
  readonly framesPerSecond: number;
  /** Format parameters of the SDP. */
  readonly fmtp: string;
}

/** Throws `Mp4Error` with the file's name in the message; errors of the file system pass through. */
export async function loadFilm(path: string): Promise<Film> {
  const file = await readFile(path);
  try {
    return filmOf(file);
  } catch (error) {
    if (error instanceof Mp4Error) throw new Mp4Error(error.fault, `${path}: ${error.message}`);
    throw error;
  }
}

export function filmOf(file: Buffer): Film {
  const { timescale, codec, configuration, samples } = readVideoTrack(file);
  const read = codec === 'H264' ? readAvcConfiguration : readHevcConfiguration;
  const { lengthBytes, parameterSets, fmtp } = read(configuration);
  // Rounded from the sum each time, so that the roundings do not add up over the film.
  const toTicks = (time: number): number => Math.round((time * CLOCK_HZ) / timescale);
  const last = samples.at(-1)!;
  const durationTicks = toTicks(last.time + last.duration);
  return {
    codec,
    accessUnits: samples.map(({ data, time, shownTime, sync }) => {
      const nalUnits = nalUnitsOf(data, lengthBytes);
      return {
        nalUnits: sync ? withParameterSets(codec, nalUnits, parameterSets) : nalUnits,
        ticks: toTicks(time),
        shownTicks: toTicks(shownTime),
        key: sync,
      };
    }),
    durationTicks,
    framesPerSecond: (samples.length * CLOCK_HZ) / durationTicks,
    fmtp,
  };
}

/** An access unit delimiter of H.264 stays first (ITU-T H.264, 7.4.1.2.3); x265 writes none unless asked to. */
function withParameterSets(codec: Codec, nalUnits: readonly Buffer[], sets: readonly Buffer[]): Buffer[] {
  const head = codec === 'H264' && nalType(nalUnits[0]!) === NAL.delimiter ? 1 : 0;
  return [...nalUnits.slice(0, head), ...sets, ...nalUnits.slice(head)];
}
