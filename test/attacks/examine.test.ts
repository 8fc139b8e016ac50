import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import t from 'tap';
import { planesOf } from '../../agent/domain/frame.ts';
import { gaussian, seeded } from '../support/random.ts';
import { type Grey, resized } from './canary/bank.ts';
import { examine } from './canary/examine.ts';
import { ANALYSIS, makeCanary } from './canary/picture.ts';
import { LONG, seedOf } from './form.ts';

const SEED = seedOf();

/** The detector of the canary test on its own: whatever becomes of the picture, it is found; in anything else it is not. */
t.test(`what the examination finds, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const { bank, frame, crop } = await makeCanary(t.testdir(), SEED);
  const [luma, u, v] = planesOf({ ...ANALYSIS, data: frame });
  const grey: Grey = { name: 'luma', ...ANALYSIS, data: luma };
  const noisy = (data: Uint8Array, sd: number) => data.map((value) => clamp(value + sd * gaussian(random)));
  const between = (data: Uint8Array) =>
    Buffer.concat([
      Buffer.from('{"level":30,"msg":"camera"}\n'.repeat(9)),
      data,
      Buffer.from('{"level":30}\n'),
    ]);
  const rgb = (bytesPerPixel: number) => {
    const out = new Uint8Array(luma.length * bytesPerPixel).fill(255);
    luma.forEach((y, i) => {
      const at =
        (Math.floor(i / ANALYSIS.widthPx / 2) * ANALYSIS.widthPx) / 2 +
        Math.floor((i % ANALYSIS.widthPx) / 2);
      out[i * bytesPerPixel] = clamp(1.164 * (y - 16) + 1.793 * (v[at]! - 128));
      out[i * bytesPerPixel + 1] = clamp(1.164 * (y - 16) - 0.213 * (u[at]! - 128) - 0.533 * (v[at]! - 128));
      out[i * bytesPerPixel + 2] = clamp(1.164 * (y - 16) + 2.112 * (u[at]! - 128));
    });
    return out;
  };
  const yuyv = new Uint8Array(luma.length * 2).map((_, i) => (i % 2 === 0 ? luma[i / 2]! : 128));
  const image = (data: Uint8Array) =>
    sharp(data, { raw: { width: ANALYSIS.widthPx, height: ANALYSIS.heightPx, channels: 1 } });
  const rows = luma.subarray(60 * ANALYSIS.widthPx, 64 * ANALYSIS.widthPx);

  const inBase64 = Buffer.from(rows).toString('base64');
  // What was changed on its way, and is known as the picture all the same.
  const changed: Record<string, Uint8Array> = {
    'with noise': noisy(luma, 8),
    'darker and flatter': luma.map((value) => 110 + value * 0.3),
    'at half the size': resized(grey, 128).data,
    'a thumbnail': resized(grey, 80).data,
    RGB: rgb(3),
    'the face as it goes into the network': crop.rgb,
    ...(LONG && {
      'twice as large, with noise': noisy(resized(grey, 500).data, 5),
      'RGBA with noise': noisy(rgb(4), 4),
      'YUYV with noise': noisy(yuyv, 4),
      'that face with noise': noisy(crop.rgb, 5),
    }),
  };
  for (const [name, bytes] of Object.entries(changed)) {
    const known = examine(between(bytes), bank).filter(
      ({ kind }) => kind === 'rows' || kind === 'correlation',
    );
    t.ok(known.length > 0, `${name}: ${known[0]?.detail}`);
  }
  const asText = { 'base64url of a thumbnail': Buffer.from(resized(grey, 80).data).toString('base64url') };
  const leaks: Record<string, string | Uint8Array> = {
    'the frame': frame,
    'four rows': rows,
    'the chroma alone': u,
    base64: inBase64,
    'base64 in lines': inBase64.replaceAll(/.{76}/g, '$&\\n'),
    hexadecimal: Buffer.from(rows).toString('hex'),
    'a list of numbers': JSON.stringify([...rows]),
    'a typed array in JSON': JSON.stringify(rows),
    'base64 of gzip': gzipSync(frame).toString('base64'),
    JPEG: await image(luma).jpeg().toBuffer(),
    PNG: await image(luma).png().toBuffer(),
    WebP: await image(luma).webp().toBuffer(),
    'base64 of JPEG': (await image(luma).jpeg().toBuffer()).toString('base64'),
    'scrambled by a key': luma.map((value) => value ^ Math.floor(random() * 256)),
    ...(LONG && { ...asText, gzip: gzipSync(frame), negative: luma.map((value) => 255 - value) }),
  };
  for (const [name, content] of Object.entries(leaks)) {
    const findings = examine(between(Buffer.from(content as string)), bank);
    t.ok(findings.length > 0, `${name}: ${findings[0]?.kind}, ${findings[0]?.detail}`);
  }

  const random400 = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256));
  const log = '{"level":30,"time":"2026-11-24T07:30:11.000Z","msg":"camera","fps":25}\n';
  const harmless: Record<string, Uint8Array> = {
    'lines of a log': Buffer.from(log.repeat(500)),
    'a hash': Buffer.from(`{"hash":"${'0123456789abcdef'.repeat(4)}"}`),
    'grey from edge to edge': new Uint8Array(400).fill(128),
    'a few random bytes': random400,
  };
  for (const [name, bytes] of Object.entries(harmless)) t.same(examine(bytes, bank), [], name);
  if (!LONG) return;
  const levels = Uint8Array.from({ length: 2_000 }, () => 20 + Math.floor(random() * 210));
  const unknown: Record<string, Uint8Array> = {
    'random bytes': Uint8Array.from({ length: 100_000 }, () => Math.floor(random() * 256)),
    'a smooth picture': new Uint8Array(20_000).map(
      (_, i) => 128 + 100 * Math.sin((i % 200) / 9) * Math.cos(i / 2_000),
    ),
    'another noise': new Uint8Array(20_000).map(
      (_, i) => levels[86 * Math.floor(i / 768) + Math.floor((i % 256) / 3)]!,
    ),
  };
  for (const [name, bytes] of Object.entries(unknown)) {
    const kinds = examine(bytes, bank).map(({ kind }) => kind);
    t.same(kinds, ['unexplained'], `${name}: found for its size, not known as the picture`);
  }
});

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));
