import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TestCamera } from '../../camera/camera.ts';
import { CLOCK_HZ } from '../../camera/film.ts';
import { monotonicMs, type Passage } from './piped.ts';

export interface Latency {
  /** From the camera's packets into its socket until the picture is out of the decoder, milliseconds. */
  readonly decodedMs: number;
  /** And until all that it says of slots is known. */
  readonly observedMs: number;
}

interface Sent {
  /** Media time, milliseconds on the camera's clock. */
  readonly mediaMs: number;
  readonly atMs: number;
}

const PROGRAM = fileURLToPath(new URL('./piped.js', import.meta.url));
/** The network and the code are warm after so many. */
const WARM = 25;
const SAME_MS = 0.6;
const MOST_SHIFT = 25;

/**
 * One latency for each picture of a live camera through decoder and pipeline in a process of its own. Which picture is
 * which is known by its media time: the camera makes each a few milliseconds early or late, in an order that fits in one
 * place only.
 */
export async function latencies(film: string, seconds: number): Promise<Latency[]> {
  const sent: Sent[] = [];
  await using camera = await TestCamera.start({
    file: film,
    mischief: {
      timestamp(ticks) {
        const shifted = ticks + ((Math.imul(sent.length, 2_654_435_761) >>> 8) % 6) * (CLOCK_HZ / 1_000);
        sent.push({ mediaMs: (shifted * 1_000) / CLOCK_HZ, atMs: monotonicMs() });
        return shifted;
      },
    },
  });
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, camera.url, String(seconds)], {
    env: { ...process.env, NODE_OPTIONS: '' },
    maxBuffer: 1 << 24,
  });
  const passages = JSON.parse(stdout) as Passage[];
  return matched(sent, passages)
    .slice(WARM)
    .map(([{ atMs }, { arrivedMs, doneMs }]) => ({ decodedMs: arrivedMs - atMs, observedMs: doneMs - atMs }));
}

/** @throws Error when the times fit nowhere */
export function matched(sent: readonly Sent[], passages: readonly Passage[]): [Sent, Passage][] {
  const [first] = passages;
  if (first === undefined) return [];
  for (const { mediaMs } of sent.slice(0, MOST_SHIFT)) {
    const offset = first.ptsMs - mediaMs;
    const pairs = passages.flatMap((passage): [Sent, Passage][] => {
      const picture = sent.find((each) => Math.abs(each.mediaMs + offset - passage.ptsMs) < SAME_MS);
      return picture === undefined ? [] : [[picture, passage]];
    });
    if (pairs.length === passages.length) return pairs;
  }
  throw new Error('pictures that the camera never sent');
}
