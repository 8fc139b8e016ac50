import { z } from 'zod';
import { dotted } from '../config/problem.ts';
import { OperatorError } from '../domain/errors.ts';
import { LABELS } from '../domain/signal.ts';

/** What a face is said to be doing. Only `micro-expression` has a label other than none. */
export const KINDS = ['micro-expression', 'blink', 'talk', 'head-motion', 'macro-expression'] as const;
export type Kind = (typeof KINDS)[number];

const frame = z.int().nonnegative();
const px = z.number();
const degrees = z.number();
const point = z.tuple([px, px]);

const event = z
  .strictObject({
    label: z.enum(LABELS),
    kind: z.enum(KINDS),
    aus: z.array(z.int().positive()),
    onsetFrame: frame,
    apexFrame: frame,
    offsetFrame: frame,
  })
  .refine(({ onsetFrame, apexFrame, offsetFrame }) => onsetFrame <= apexFrame && apexFrame <= offsetFrame, {
    path: ['apexFrame'],
    message: 'onset, apex and offset are not in this order',
  })
  .refine(({ kind, label }) => (kind === 'micro-expression') === (label !== 'none'), {
    path: ['label'],
    message: 'a micro-expression has a label other than none, and nothing else has',
  });

const person = z.strictObject({
  id: z.string().min(1).max(64),
  frames: z.strictObject({
    box: z.array(z.tuple([px, px, px.positive(), px.positive()])),
    landmarks: z.record(z.string(), z.array(point)),
    /** Yaw, pitch and roll in degrees; films that were made before it was written down have none. */
    pose: z.array(z.tuple([degrees, degrees, degrees])).optional(),
    visible: z.array(z.union([z.literal(0), z.literal(1)])),
  }),
  events: z.array(event),
});

/** Schema `micron-edge/scene/1`, described in `test/scene/README.md`. Arrays below `frames` are indexed by frame number. */
const truthSchema = z
  .strictObject({
    schema: z.literal('micron-edge/scene/1'),
    video: z.string().min(1).max(255),
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
    fps: z.number().positive().max(1000),
    frames: z.int().positive(),
    people: z.array(person),
    text: z.array(z.strictObject({ text: z.string(), box: z.tuple([px, px, px, px]) })),
  })
  .superRefine(({ frames, people }, context) => {
    const long = (path: (string | number)[], { length }: { readonly length: number }) => {
      if (length !== frames)
        context.addIssue({ code: 'custom', path, message: `${length} entries for ${frames} frames` });
    };
    people.forEach(({ id, frames: { box, landmarks, pose, visible }, events }, i) => {
      if (people.findIndex((other) => other.id === id) !== i)
        context.addIssue({ code: 'custom', path: ['people', i, 'id'], message: 'given before' });
      const at = ['people', i, 'frames'];
      long([...at, 'box'], box);
      long([...at, 'visible'], visible);
      if (pose !== undefined) long([...at, 'pose'], pose);
      for (const [name, points] of Object.entries(landmarks)) long([...at, 'landmarks', name], points);
      events.forEach(({ offsetFrame }, j) => {
        if (offsetFrame >= frames)
          context.addIssue({
            code: 'custom',
            path: ['people', i, 'events', j, 'offsetFrame'],
            message: `frame ${offsetFrame} of ${frames}`,
          });
      });
    });
  });

/** What is true about a recording. Boxes are [x, y, width, height] px of a picture of `widthPx` x `heightPx`. */
export type Truth = z.output<typeof truthSchema>;
export type Person = Truth['people'][number];
export type TruthEvent = Person['events'][number];

/** A file with one mistake often has it in every frame. */
const MOST_PROBLEMS = 10;

/**
 * @param file for messages
 * @throws OperatorError truth-invalid (exit 2), with the key of each problem
 */
export function parseTruth(text: string, file: string): Truth {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's own words quote the file; a place is enough.
    throw invalid(file, ['not JSON'], cause);
  }
  const parsed = truthSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const lines = issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.length === 0 ? '' : `${dotted(path as string[])}: `}${message}`);
  if (issues.length > MOST_PROBLEMS) lines.push(`and ${issues.length - MOST_PROBLEMS} more`);
  throw invalid(file, lines, parsed.error);
}

const invalid = (file: string, lines: readonly string[], cause: unknown): OperatorError =>
  new OperatorError('config', 'truth-invalid', `${file} is not a ground truth:\n${lines.join('\n')}`, {
    remedy: 'test/scene/README.md describes the format (schema micron-edge/scene/1).',
    cause,
  });
