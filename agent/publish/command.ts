import { z } from 'zod';

/**
 * What a node can be told over MQTT: nothing that opens more than its configuration allows. A reload takes up what is on
 * its disk, where nobody gets by MQTT.
 */
export const commandSchema = z.strictObject({
  schema: z.literal('micron-edge/command/1').optional(),
  command: z.enum(['pause', 'resume', 'reload']),
  id: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,36}$/)
    .optional()
    .describe('Comes back in the answer'),
});
export type Command = z.output<typeof commandSchema>;

export type Unreadable = 'retained' | 'malformed';

const LONGEST_BYTES = 512;

/**
 * The command in a message, or why there is none. A retained one is refused: it would come again at every connect, long
 * after whoever sent it meant it.
 */
export function readCommand(payload: Uint8Array, retained: boolean): Command | Unreadable {
  if (retained) return 'retained';
  if (payload.length > LONGEST_BYTES) return 'malformed';
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return 'malformed';
  }
  const parsed = commandSchema.safeParse(body);
  return parsed.success ? parsed.data : 'malformed';
}
