import type { Gap } from '../domain/gap.ts';
import { type GapMessage, gapSchema } from './messages.ts';

/** The message that stands for signals that were given up. @throws ZodError when it does not fit its own schema */
export const gapFor = ({ id, zone, reason, count, startMs, endMs }: Gap, node: string): GapMessage =>
  gapSchema.parse({
    schema: 'micron-edge/gap/1',
    node,
    zone,
    id,
    from: new Date(startMs).toISOString(),
    to: new Date(endMs).toISOString(),
    count,
    reason,
  });
