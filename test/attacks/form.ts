/** `npm run test:attacks` asks for the long form: more draws, more time, attacks that take minutes. */
export const LONG = process.env.MICRON_EDGE_ATTACKS === 'long';

/** Printed by every random test; `SEED=…` repeats a run, the long form takes a new one each time. */
export const seedOf = (): number =>
  Number(process.env.SEED ?? (LONG ? Math.floor(Math.random() * 2 ** 32) : 20_261_124));
