import { constants, unzipSync } from 'node:zlib';
import { type Bank, startOf } from './bank.ts';
import { correlates, showsPatch } from './correlate.ts';
import { binarySpans, decodings, entropyOf } from './spans.ts';

/** Something that looks like the picture, or like what nobody can explain. */
export interface Finding {
  readonly kind: 'rows' | 'correlation' | 'format' | 'unexplained';
  readonly detail: string;
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
/** How files and streams of pictures begin, anywhere in the bytes. */
const FORMATS: readonly (readonly [string, Buffer | RegExp])[] = [
  ['PNG', latin('\x89PNG\r\n\x1a\n')],
  ['JPEG', latin('\xff\xd8\xff')],
  ['GIF', latin('GIF89a')],
  ['WebP', latin('WEBPVP8')],
  ['AVIF or HEIF', latin('ftypavif')],
  ['MP4', latin('ftypisom')],
  ['TIFF', latin('II*\0')],
  ['Matroska', latin('\x1aE\xdf\xa3')],
  ['H.264', latin('\0\0\0\x01\x67')],
  ['PGM', /P5\s\d+\s\d+\s\d+\s/],
  ['PPM', /P6\s\d+\s\d+\s\d+\s/],
  ['NumPy', latin('\x93NUMPY')],
  ['a dump of memory', latin('\x7fELF')],
];
/** Bytes that are neither text nor small are not the daemon's way: every one of its messages is JSON. */
const MOST_UNEXPLAINED = 512;

/** Of more than this only the beginning is looked at in every way; rows as they are, are looked for in all of it. */
const MOST_BYTES = 4_194_304;

/** What betrays the picture in some bytes, in them and in what they encode. */
export function examine(all: Uint8Array, bank: Bank, depth = 0): Finding[] {
  const bytes = all.subarray(0, MOST_BYTES);
  const rows = exact(all, bank);
  const findings: Finding[] = [...rows, ...formats(bytes)];
  for (const { inner, outer } of binarySpans(bytes)) {
    const seen =
      rows.length > 0 ? undefined : (correlates(outer, bank.templates) ?? showsPatch(outer, bank.patches));
    if (seen !== undefined) findings.push({ kind: 'correlation', detail: seen });
    if (depth === 0 && inner.length > MOST_UNEXPLAINED)
      findings.push({
        kind: 'unexplained',
        detail: `${inner.length} bytes that are no text, ${entropyOf(inner).toFixed(1)} bits each`,
      });
  }
  if (depth >= 3) return findings;
  for (const { name, content } of [...decodings(bytes), ...unpackings(bytes)])
    for (const { kind, detail } of examine(content, bank, depth + 1))
      findings.push({ kind, detail: `${name}: ${detail}` });
  return findings;
}

function exact(bytes: Uint8Array, { needles }: Bank): Finding[] {
  // Most places are ruled out by two bytes.
  const begins = new Uint8Array(65_536);
  for (const start of needles.keys()) begins[start & 0xffff] = 1;
  for (let at = 0; at + 4 <= bytes.length; at++)
    for (const needle of begins[bytes[at]! | (bytes[at + 1]! << 8)] === 1
      ? (needles.get(startOf(bytes, at)) ?? [])
      : [])
      if (needle.every((value, i) => bytes[at + i] === value))
        return [{ kind: 'rows', detail: `a piece of a row at ${at}` }];
  return [];
}

function formats(bytes: Uint8Array): Finding[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('latin1');
  return FORMATS.flatMap(([name, magic]) => {
    const at = magic instanceof RegExp ? text.search(magic) : buffer.indexOf(magic);
    return at < 0 ? [] : [{ kind: 'format' as const, detail: `${name} at ${at}` }];
  });
}

/** gzip and zlib streams, as far as they go. */
function* unpackings(bytes: Uint8Array): Generator<{ name: string; content: Uint8Array }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [name, magic] of [
    ['gzip', latin('\x1f\x8b\x08')],
    ['zlib', latin('\x78\x9c')],
    ['zlib', latin('\x78\x01')],
    ['zlib', latin('\x78\xda')],
  ] as const)
    for (let at = buffer.indexOf(magic), i = 0; at >= 0 && i < 8; at = buffer.indexOf(magic, at + 1), i++)
      try {
        const content = unzipSync(buffer.subarray(at), { finishFlush: constants.Z_SYNC_FLUSH });
        if (content.length > 64) yield { name, content };
      } catch {
        // Two bytes that happened to look like a beginning.
      }
}
