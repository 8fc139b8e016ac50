import { readFile } from 'node:fs/promises';
import { NAL, nalType, nalUnitsOf, readAvcConfiguration } from './h264.ts';
import { Mp4Error, readVideoTrack } from './mp4.ts';

/** Ticks per second of the RTP clock for H.264 (RFC 6184, 8.2.1). */
export const CLOCK_HZ = 90_000;

export interface AccessUnit {
  /** In sending order; a keyframe begins with its parameter sets. */
  readonly nalUnits: readonly Buffer[];
  /** Since the start of the film, in ticks of the RTP clock. */
  readonly ticks: number;
  readonly key: boolean;
}

/** A film as a sender needs it. */
export interface Film {
  readonly accessUnits: readonly AccessUnit[];
  /** From the first picture to where the first picture of the next round is due, in ticks of the RTP clock. */
  readonly durationTicks: number;
  readonly framesPerSecond: number;
  readonly sps: readonly Buffer[];
  readonly pps: readonly Buffer[];
  readonly profileLevelId: string;
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
  const { timescale, avcConfiguration, samples } = readVideoTrack(file);
  const { lengthBytes, sps, pps, profileLevelId } = readAvcConfiguration(avcConfiguration);
  // Rounded from the sum each time, so that the roundings do not add up over the film.
  const toTicks = (time: number): number => Math.round((time * CLOCK_HZ) / timescale);
  const last = samples.at(-1)!;
  const durationTicks = toTicks(last.time + last.duration);
  return {
    accessUnits: samples.map(({ data, time, sync }) => {
      const nalUnits = nalUnitsOf(data, lengthBytes);
      return {
        nalUnits: sync ? withParameterSets(nalUnits, [...sps, ...pps]) : nalUnits,
        ticks: toTicks(time),
        key: sync,
      };
    }),
    durationTicks,
    framesPerSecond: (samples.length * CLOCK_HZ) / durationTicks,
    sps,
    pps,
    profileLevelId,
  };
}

/** An access unit delimiter stays first (ITU-T H.264, 7.4.1.2.3). */
function withParameterSets(nalUnits: readonly Buffer[], sets: readonly Buffer[]): Buffer[] {
  const head = nalType(nalUnits[0]!) === NAL.delimiter ? 1 : 0;
  return [...nalUnits.slice(0, head), ...sets, ...nalUnits.slice(head)];
}
