/** Why there is no picture, or what is wrong with those that come, in words that an operator can act on. Part of health as `code`. */
export type DecodeCode =
  | 'unreachable'
  /** It takes the connection, and says nothing or not enough in time. */
  | 'no-answer'
  /** Something else than a camera answers. */
  | 'not-rtsp'
  | 'unauthorised'
  /** None of the ways in which it lets itself be asked for a password is one that FFmpeg has: Digest with SHA-256 only. */
  | 'authentication-unsupported'
  /** It sends us to another machine, or round in a circle. */
  | 'redirected'
  /** It is too busy, or has too many viewers, or fails inside. */
  | 'refused'
  | 'not-found'
  | 'unsupported-codec'
  /** The camera is there and lets us in, but not one picture could be decoded: a codec that FFmpeg lacks, or a frozen camera. */
  | 'no-decodable-video'
  | 'transport-refused'
  | 'stalled'
  | 'ended'
  | 'decoder-missing'
  | 'decoder-died'
  | 'invalid-data'
  /** There are pictures, but of another shape than the size at which they are analysed: faces are squeezed. */
  | 'picture-distorted'
  /** There are pictures, but their times jump or stand still: nothing can be counted. */
  | 'clock-unsteady';

// What FFmpeg 4 to 7 and GStreamer 1.16 to 1.22 print. The first that matches wins: a refusal names its reason before the errors that follow from it.
const PATTERNS: readonly (readonly [RegExp, DecodeCode])[] = [
  [/401 Unauthorized|403 Forbidden|authorization failed/i, 'unauthorised'],
  [/404 Not Found|method DESCRIBE failed: 4|No such file or directory/i, 'not-found'],
  // FFmpeg says the second where the camera said 461.
  [/461 Unsupported Transport|Protocol not supported/i, 'transport-refused'],
  [/4XX Client Error|5XX Server Error|\b(?:453|5\d\d) [A-Z]/i, 'refused'],
  [
    /Connection refused|No route to host|Network is unreachable|timed? ?out|resolve hostname|Host is down/i,
    'unreachable',
  ],
  [
    /Decoder .* not found|Unknown decoder|unknown codec|Could not find codec parameters|Unsupported codec|codec not currently supported|matches no streams/i,
    'unsupported-codec',
  ],
  // Of gst-launch: a codec that is not asked for, or pictures above 8K; and a plugin that is not installed.
  [/reason not-(linked|negotiated)|no valid or supported streams/i, 'unsupported-codec'],
  [/no element "/i, 'decoder-missing'],
  [
    /does not contain any stream|Stream (?:contains no|doesn't contain enough) data|Could not determine type of stream/i,
    'no-decodable-video',
  ],
  [/Invalid data found|moov atom not found/i, 'invalid-data'],
];

/** The reason in FFmpeg's own words, or `ended` when it said nothing: a camera that goes away often leaves exit code 0. */
export function codeOf(stderr: string): DecodeCode {
  return (
    PATTERNS.find(([pattern]) => pattern.test(stderr))?.[1] ?? (stderr === '' ? 'ended' : 'decoder-died')
  );
}
