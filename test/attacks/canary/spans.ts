/** Text between two binary stretches that is shorter than this may be dark pixels. */
const BRIDGE = 1_024;
/** The headers of MQTT packets make up less of them, compressed data and pixels more. */
const LEAST_STRANGE = 0.08;

const isText = (value: number): boolean =>
  (value >= 32 && value < 127) || value === 9 || value === 10 || value === 13;

/** Stretches that are no text, from the first byte that is none to the last, and with what may be dark pixels around. */
export function* binarySpans(bytes: Uint8Array): Generator<{ inner: Uint8Array; outer: Uint8Array }> {
  let from = 0;
  let last = -1;
  let strange = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && isText(bytes[at]!)) continue;
    if (at === bytes.length || at - last > BRIDGE) {
      const length = last - from + 1;
      if (strange > 16 && strange >= LEAST_STRANGE * length)
        yield {
          inner: bytes.subarray(from, last + 1),
          outer: bytes.subarray(Math.max(0, from - BRIDGE), last + 1 + BRIDGE),
        };
      from = at;
      strange = 0;
    }
    last = at;
    strange++;
  }
}

/** Shannon's, bits per byte, of single values. */
export function entropyOf(bytes: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of bytes) counts[value]!++;
  return counts.reduce((sum, count) => {
    const p = count / bytes.length;
    return p === 0 ? sum : sum - p * Math.log2(p);
  }, 0);
}

interface Decoding {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What text in the bytes may stand for: base64, hexadecimal, lists of numbers. */
export function* decodings(bytes: Uint8Array): Generator<Decoding> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  // Line breaks, also those that JSON has escaped.
  const joined = text.replaceAll(/\\[rn]|[\r\n]/g, '');
  for (const [run] of joined.matchAll(/[A-Za-z0-9+/_-]{40,}={0,2}/g)) {
    // Its beginning may be anywhere in a group of four.
    for (let skip = 0; skip < 4; skip++)
      yield { name: 'base64', content: Buffer.from(run.slice(skip), 'base64') };
    const hex = /(?:[0-9a-f]{2}){20,}|(?:[0-9A-F]{2}){20,}/.exec(run)?.[0];
    if (hex !== undefined)
      for (const each of [hex, hex.slice(1)])
        yield { name: 'hexadecimal', content: Buffer.from(each, 'hex') };
  }
  for (const [run] of joined.matchAll(/\d{1,3}(?:[,;\s]+\d{1,3}){24,}/g))
    yield { name: 'numbers', content: Uint8Array.from(run.match(/\d+/g)!, Number) };
  for (const [run] of joined.matchAll(/\d{1,3}"?:\d{1,3}(?:,"?\d{1,9}"?:\d{1,3}){24,}/g))
    yield {
      name: 'numbered values',
      content: Uint8Array.from(run.match(/:\d+/g)!, (each) => Number(each.slice(1))),
    };
}
