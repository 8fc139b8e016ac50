import { join } from 'node:path';
import { z } from 'zod';

/** Where the daemon takes requests for a view: in its state folder, where nobody but its user and root come in. */
export const socketPath = (stateFolder: string): string => join(stateFolder, 'live.sock');

/** One line of JSON from the command to the daemon. */
export const requestSchema = z.strictObject({
  camera: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  minutes: z.int().min(1).max(60).optional(),
});
export type Request = z.output<typeof requestSchema>;

/** Lines of JSON from the daemon: `refused`, or `open` and, at the end, `closed`. */
export const answerSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('refused'),
    fault: z.enum(['failed', 'config', 'governance', 'environment']),
    code: z.string().max(40),
    message: z.string().max(500),
    remedy: z.string().max(500).optional(),
  }),
  z.strictObject({
    type: z.literal('open'),
    url: z.string().max(200),
    minutes: z.int(),
    /** The link must be opened within so many seconds. */
    claimSeconds: z.int(),
  }),
  z.strictObject({ type: z.literal('closed'), because: z.string().max(40) }),
]);
export type Answer = z.output<typeof answerSchema>;
export type Refusal = Extract<Answer, { type: 'refused' }>;
