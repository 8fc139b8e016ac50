/** Pictures of one spectrum. */
const LENGTH = 128;
/** What changes more slowly is people and clouds. */
const SLOWEST_HZ = 1.5;
/** A lamp stands out of the spectrum as a line; so many times its median. */
const PEAK = 6;

export interface Flicker {
  /** How far brightness swings to either side, in percent of its mean. */
  readonly percent: number;
  /** As the pictures show it: the beat of lamp and frame rate. */
  readonly hz: number;
}

/** Amplitudes by frequency of `LENGTH` values, with a Hann window; a line at the bin k has its amplitude in [k]. */
function amplitudes(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const windowed = values.map((value, i) => (value - mean) * (1 - Math.cos((2 * Math.PI * i) / LENGTH)));
  return Array.from({ length: LENGTH / 2 }, (_, k) => {
    let [re, im] = [0, 0];
    windowed.forEach((value, i) => {
      re += value * Math.cos((2 * Math.PI * k * i) / LENGTH);
      im += value * Math.sin((2 * Math.PI * k * i) / LENGTH);
    });
    return (2 * Math.hypot(re, im)) / LENGTH;
  });
}

/**
 * The strongest regular change of brightness, looked for band by band (a rolling shutter spreads it over the picture, and
 * the whole may show nothing). Spectra of overlapping stretches are averaged (Welch 1967). Undefined: too short.
 *
 * A lamp on 50 Hz mains changes 100 times a second; pictures show it at the distance of 100 Hz to the nearest multiple of
 * the frame rate. At exactly 25 or 50 pictures a second that is 0, and it cannot be seen: bands then stand still.
 *
 * @param light mean luma of each band, one row for each picture, evenly spaced in time
 */
export function flickerOf(light: readonly (readonly number[])[], fps: number): Flicker | undefined {
  if (light.length < LENGTH || !(fps > 0)) return undefined;
  const bands = light[0]!.length;
  const starts: number[] = [];
  for (let start = 0; start + LENGTH <= light.length; start += LENGTH / 2) starts.push(start);
  let found: Flicker = { percent: 0, hz: 0 };
  for (let band = 0; band < bands; band++) {
    const values = light.map((row) => row[band]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    if (mean < 20) continue;
    const spectra = starts.map((start) => amplitudes(values.slice(start, start + LENGTH)));
    const spectrum = spectra[0]!.map(
      (_, k) => spectra.reduce((sum, each) => sum + each[k]!, 0) / spectra.length,
    );
    const slowest = Math.ceil((SLOWEST_HZ * LENGTH) / fps);
    const usual = [...spectrum.slice(slowest)].sort((a, b) => a - b)[Math.floor((LENGTH / 2 - slowest) / 2)]!;
    for (let k = slowest; k < spectrum.length; k++) {
      const percent = (100 * spectrum[k]!) / mean;
      if (spectrum[k]! > PEAK * usual && percent > found.percent) found = { percent, hz: (k * fps) / LENGTH };
    }
  }
  return found;
}
