/** A source of numbers in [0, 1). */
export type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

/** What has broken parsers before. */
const NASTY = [
  ...[
    '',
    '\0',
    '\n',
    '\r\n\r\n',
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '-',
    '&a',
    '*a',
    '<<',
    '!!',
    '%',
  ],
  ...['-1', '0', '1e309', '-0', '4294967296', '9007199254740993', 'NaN', 'null', 'true', '0x10', '1_000'],
  ...['../../../etc/passwd', '/dev/zero', 'file:///etc/passwd', '__proto__', 'constructor', 'toString'],
  ...[
    '\u202e',
    '\ufeff',
    '\ud83d\ude00',
    'a'.repeat(5_000),
    '['.repeat(2_000),
    '{"a":'.repeat(500),
    '\x80\xff',
  ],
].map((text) => Buffer.from(text, 'utf8'));

type Change = (random: Random, input: Buffer, others: readonly Buffer[]) => Buffer;

const cut = (input: Buffer, from: number, to: number, put: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, from), put, input.subarray(to)]);

/** A stretch of the input, mostly short. */
const stretch = (random: Random, input: Buffer): readonly [number, number] => {
  const from = below(random, input.length + 1);
  const length = Math.floor(2 ** (random() * 8));
  return [from, Math.min(input.length, from + length)];
};

const CHANGES: readonly Change[] = [
  function flip(random, input) {
    const copy = Buffer.from(input);
    if (copy.length > 0) copy[below(random, copy.length)]! ^= 1 << below(random, 8);
    return copy;
  },
  function byte(random, input) {
    const copy = Buffer.from(input);
    if (copy.length > 0) copy[below(random, copy.length)] = below(random, 256);
    return copy;
  },
  function remove(random, input) {
    return cut(input, ...stretch(random, input), Buffer.alloc(0));
  },
  function repeat(random, input) {
    const [from, to] = stretch(random, input);
    return cut(input, to, to, Buffer.concat(Array(1 + below(random, 20)).fill(input.subarray(from, to))));
  },
  function truncate(random, input) {
    return input.subarray(0, below(random, input.length + 1));
  },
  function insert(random, input) {
    const at = below(random, input.length + 1);
    return cut(input, at, at, pick(random, NASTY));
  },
  function replace(random, input) {
    return cut(input, ...stretch(random, input), pick(random, NASTY));
  },
  /** A number or a word of the text is another. */
  function token(random, input) {
    const text = input.toString('latin1');
    const tokens = [...text.matchAll(/[A-Za-z]+|\d+(?:\.\d+)?/g)];
    const chosen = tokens[below(random, tokens.length)];
    if (chosen === undefined) return input;
    const put = random() < 0.5 ? pick(random, NASTY) : Buffer.from(pick(random, tokens)[0], 'latin1');
    return cut(input, chosen.index, chosen.index + chosen[0].length, put);
  },
  /** Lines change places. */
  function lines(random, input) {
    const all = input.toString('latin1').split('\n');
    const [a, b] = [below(random, all.length), below(random, all.length)];
    [all[a], all[b]] = [all[b]!, all[a]!];
    return Buffer.from(all.join('\n'), 'latin1');
  },
  function splice(random, input, others) {
    const other = pick(random, others);
    const [from, to] = stretch(random, other);
    return cut(input, ...stretch(random, input), other.subarray(from, to));
  },
];

/** One of the examples, changed once or several times. */
export function mutated(random: Random, examples: readonly Buffer[]): Buffer {
  let input = pick(random, examples);
  for (let left = 1 + below(random, 4); left > 0; left--)
    input = pick(random, CHANGES)(random, input, examples);
  return input;
}
