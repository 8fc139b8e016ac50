/** Why a decoding session ended, in words that an operator can act on. Part of health as `code`. */
export type DecodeCode =
  | 'unreachable'
  | 'unauthorised'
  | 'not-found'
  | 'unsupported-codec'
  /** The camera is there and lets us in, but not one picture could be decoded: a codec that FFmpeg lacks, or a frozen camera. */
  | 'no-decodable-video'
  | 'transport-refused'
  | 'stalled'
  | 'ended'
  | 'decoder-missing'
  | 'decoder-died'
  | 'invalid-data';

// What FFmpeg 4 to 7 print. The first that matches wins: a refusal names its reason before the errors that follow from it.
const PATTERNS: readonly (readonly [RegExp, DecodeCode])[] = [
  [/401 Unauthorized|403 Forbidden|authorization failed/i, 'unauthorised'],
  [/404 Not Found|method DESCRIBE failed: 4|No such file or directory/i, 'not-found'],
  [/461 Unsupported Transport/i, 'transport-refused'],
  [
    /Connection refused|No route to host|Network is unreachable|timed? ?out|resolve hostname|Host is down/i,
    'unreachable',
  ],
  [
    /Decoder .* not found|Unknown decoder|unknown codec|Could not find codec parameters|does not contain any stream|Unsupported codec|codec not currently supported|matches no streams/i,
    'unsupported-codec',
  ],
  [/Invalid data found|moov atom not found/i, 'invalid-data'],
];

/** The reason in FFmpeg's own words, or `ended` when it said nothing: a camera that goes away often leaves exit code 0. */
export function codeOf(stderr: string): DecodeCode {
  return (
    PATTERNS.find(([pattern]) => pattern.test(stderr))?.[1] ?? (stderr === '' ? 'ended' : 'decoder-died')
  );
}
