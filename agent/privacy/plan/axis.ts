/** A logarithmic axis from `least` to `most`. */
export interface Axis {
  readonly least: number;
  readonly most: number;
}

const STEPS = [1, 2, 5];

/** From the tick below the least of the values to the tick above the greatest. */
export function axisAround(values: readonly number[]): Axis {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const all = ticksWithin({ least: least / 10, most: most * 10 });
  return {
    least: all.findLast((tick) => tick <= least * 1.0001) ?? least,
    most: all.find((tick) => tick >= most * 0.9999) ?? most,
  };
}

/** 1, 2 and 5 times the powers of ten. */
export function ticksWithin({ least, most }: Axis): number[] {
  const ticks: number[] = [];
  for (let e = Math.floor(Math.log10(least)); e <= Math.ceil(Math.log10(most)); e++)
    for (const step of STEPS) {
      const tick = Number(`${step}e${e}`);
      if (tick >= least * 0.9999 && tick <= most * 1.0001) ticks.push(tick);
    }
  return ticks;
}

/** Where a value lies on the axis: 0 at its beginning, 1 at its end. */
export const placeOn = ({ least, most }: Axis, value: number): number =>
  Math.log(value / least) / Math.log(most / least);

/** The value at a place. */
export const valueAt = ({ least, most }: Axis, place: number): number => least * (most / least) ** place;
