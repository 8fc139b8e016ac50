import type { Template } from '../domain/face.ts';
import { REGIONS, type Region } from '../domain/signal.ts';
import type { Comparison, Pair } from '../domain/tokens.ts';
import { massByRegion } from './regions.ts';

/** So many comparisons, in which older ones fade: about four seconds at 25 frames a second. */
const MEMORY = 400;
/** The region's size counts as so many comparisons, until a face has been seen for a while. */
const PRIOR = 20;

interface Mean {
  seen: number;
  readonly mass: Record<Region, number>;
}

/**
 * Where the Patch of Interest of a face lies while nothing happens in it. Each face sets its own: nobody's slots may
 * depend on what another face did, or the bound on what one person contributes would not hold.
 */
export class UsualRegions {
  readonly #template: Template;
  readonly #sizePx: number;
  readonly #means = new Map<number, Mean>();

  constructor(template: Template, sizePx: number) {
    this.#template = template;
    this.#sizePx = sizePx;
  }

  /** Told of all comparisons of spotting; those that say that something happens are left out. */
  see(pairs: readonly Pair[], comparisons: readonly Comparison[]): void {
    for (const [i, { spot, poi }] of comparisons.entries()) {
      if (spot >= 0) continue;
      const { trackId } = pairs[i]!.apex;
      const mean = this.#means.get(trackId) ?? { seen: PRIOR, mass: this.#areas(poi.length) };
      this.#means.set(trackId, mean);
      mean.seen = Math.min(mean.seen + 1, MEMORY);
      const mass = massByRegion(poi, this.#template, this.#sizePx);
      for (const region of REGIONS) mean.mass[region] += (mass[region] - mean.mass[region]) / mean.seen;
    }
  }

  /** Share of mass per region; that of a face of which nothing is known is the region's size. @param patches of the map */
  of(trackId: number, patches: number): Readonly<Record<Region, number>> {
    return this.#means.get(trackId)?.mass ?? this.#areas(patches);
  }

  /** Forgets every other face. */
  keepOnly(trackIds: ReadonlySet<number>): void {
    for (const trackId of this.#means.keys()) if (!trackIds.has(trackId)) this.#means.delete(trackId);
  }

  #areas(patches: number): Record<Region, number> {
    return massByRegion(new Float32Array(patches).fill(1 / patches), this.#template, this.#sizePx);
  }
}
