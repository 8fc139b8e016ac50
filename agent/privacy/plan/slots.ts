import type { Config } from '../../config/schema.ts';
import { slotsBound } from './noise.ts';

type Aggregation = Config['aggregation'];

/**
 * Most slots that one person can earn in one window if the assumption on tracks holds: the bound of the noise, and what
 * fits into the window. A slot may have begun in the window before, hence rounded up.
 */
export const mostPerPerson = (aggregation: Aggregation): number =>
  Math.min(slotsBound(aggregation), Math.ceil(aggregation.windowS / aggregation.slotS));

/** What somebody earns who is in view long enough, in one track that never breaks. */
export const typicalPerPerson = ({ slotsPerTrack }: Aggregation): number => slotsPerTrack;
