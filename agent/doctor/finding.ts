/** What can be looked at, in the order in which it is told; `--only` takes these names. */
export const AREAS = [
  'software',
  'decoders',
  'models',
  'provider',
  'clock',
  'memory',
  'power',
  'devices',
  'disk',
  'secrets',
  'broker',
  'cameras',
] as const;
export type Area = (typeof AREAS)[number];

/** One line: what was looked at, what was found, and in one sentence what to do where it is not well. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly fix?: string;
}

export const ok = (what: string, found: string): Finding => ({ what, state: 'ok', found });
/** It runs, but not as it should. */
export const warn = (what: string, found: string, fix: string): Finding => ({
  what,
  state: 'warn',
  found,
  fix,
});
/** It does not run like this. */
export const fail = (what: string, found: string, fix: string): Finding => ({
  what,
  state: 'fail',
  found,
  fix,
});
