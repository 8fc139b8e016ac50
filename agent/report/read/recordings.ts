import { OperatorError } from '../../domain/errors.ts';
import { type Received, receive, type Unfit } from '../../record/received.ts';
import { linesOf, recordingsIn } from './files.ts';
import { readLine } from './line.ts';

export const REASONS = ['too-long', 'cut-off'] as const;
/** Why a line was not used. */
export type Unused = Unfit | (typeof REASONS)[number];

/** What was in a file. */
export interface Reading {
  readonly file: string;
  messages: number;
  /** Messages with fields that this version does not know; they were used without these. */
  newer: number;
  readonly unused: Map<Unused, { times: number; readonly firstLine: number }>;
  /** Its first line that was not used looks like a table. */
  table: boolean;
}

/** A message, and when it was received, where the recording says so. */
export type Heard = Received & { readonly atMs: number | undefined };

/**
 * Hands every message of the recordings to `take`, in the order in which they stand, and counts what is none. Files
 * begin in the order of their first message.
 *
 * @throws OperatorError recording-unreadable, recording-empty, recording-not-ours
 */
export async function readRecordings(
  paths: readonly string[],
  take: (heard: Heard) => void,
): Promise<Reading[]> {
  const files = await inOrderOfTime(await recordingsIn(paths));
  const readings: Reading[] = [];
  for (const file of files) {
    const reading: Reading = { file, messages: 0, newer: 0, unused: new Map(), table: false };
    readings.push(reading);
    for await (const { number, text, cutOff } of linesOf(file)) {
      if (text?.trim() === '') continue;
      const heard = text === undefined ? 'too-long' : hear(text.trim());
      if (typeof heard !== 'string') {
        reading.messages++;
        if (heard.newer) reading.newer++;
        take(heard);
        continue;
      }
      if (reading.unused.size === 0)
        reading.table = (text?.split(/[,;\t]/).length ?? 0) > 3 && !/[{}]/.test(text!);
      const why = cutOff && heard === 'not-json' ? 'cut-off' : heard;
      const before = reading.unused.get(why);
      if (before === undefined) reading.unused.set(why, { times: 1, firstLine: number });
      else before.times++;
    }
  }
  refuseNothing(paths, readings);
  return readings;
}

function hear(text: string): Heard | Unfit {
  const line = readLine(text);
  if (typeof line === 'string') return line;
  const received = receive(line.payload, line.topic);
  return typeof received === 'string' ? received : { ...received, atMs: line.atMs };
}

function refuseNothing(paths: readonly string[], readings: readonly Reading[]): void {
  if (readings.some(({ messages }) => messages > 0)) return;
  const [first] = readings;
  if (first === undefined)
    throw new OperatorError('config', 'recording-empty', `There is no recording in ${paths.join(', ')}.`, {
      remedy: 'A recording ends in .jsonl, .json, .log or .txt, and .gz after that if it is packed.',
    });
  const bad = readings.find(({ unused }) => unused.size > 0);
  if (bad === undefined)
    throw new OperatorError('config', 'recording-empty', `${first.file} is empty.`, {
      remedy:
        'Record with `micron-edge record CONFIG --out FILE.jsonl` for as long as the report is to cover.',
    });
  const [why, { firstLine }] = [...bad.unused][0]!;
  throw new OperatorError(
    'config',
    'recording-not-ours',
    `${bad.file} has no message of a node in it (line ${firstLine}: ${why}).`,
    {
      remedy: bad.table
        ? 'It looks like a table. A report is made from recorded messages, not from a CSV file, not even its own.'
        : why === 'other-version'
          ? 'It was recorded from another version of micron-edge: make the report with that version.'
          : 'Lines are those of `micron-edge record`, or of `mosquitto_sub -F %J` on the topics of the node.',
    },
  );
}

async function inOrderOfTime(files: readonly string[]): Promise<string[]> {
  const first = async (file: string): Promise<number> => {
    let tried = 0;
    for await (const { text } of linesOf(file)) {
      const heard = text === undefined ? 'too-long' : hear(text.trim());
      if (typeof heard !== 'string') return beganMs(heard);
      if (++tried === 1000) break;
    }
    return Number.POSITIVE_INFINITY;
  };
  if (files.includes('-')) return [...files];
  const timed: { file: string; ms: number }[] = [];
  for (const file of files) timed.push({ file, ms: await first(file) });
  return timed.sort((a, b) => (a.ms === b.ms ? 0 : a.ms - b.ms)).map(({ file }) => file);
}

function beganMs({ kind, body, atMs }: Heard): number {
  const stated = kind === 'signal' ? body.window.end : kind === 'gap' ? body.to : body.at;
  return atMs ?? (stated === undefined ? Number.POSITIVE_INFINITY : Date.parse(stated));
}
