import type { Site } from './site.ts';

/** How long a state may take to show. */
export const WITHIN = { withinMs: 90_000, everyMs: 50 };

/** One thing that goes wrong, and how it ends. */
export interface Fault {
  begin(site: Site): unknown;
  /** State and code of the camera in health; or see `sees`. */
  readonly shows?: string;
  /** What else must be seen while it lasts. */
  sees?(site: Site): unknown;
  end?(site: Site): unknown;
  /** Why it cannot be tried at this site. */
  lacks?(site: Site): string | false;
}

/** By name; the name begins with what fails. */
export type Faults = Readonly<Record<string, Fault>>;
