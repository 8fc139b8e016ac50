import { execFile, execFileSync } from 'node:child_process';
import sharp from 'sharp';
import type { Box } from '../../agent/domain/geometry.ts';

/** Undefined where Tesseract is; else why not. */
export function whyNoTesseract(): string | undefined {
  try {
    execFileSync('tesseract', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'tesseract is not installed';
  }
}

/** What is written in a scene, in words, and where. */
export const writingOf = (truth: { readonly text: readonly { text: string; box: number[] }[] }) =>
  truth.text.map(({ text, box }) => ({
    words: text.split(/[\s-]/).map((word) => word.replaceAll(/[^A-Z0-9]/g, '')),
    box: { x: box[0]!, y: box[1]!, width: box[2]!, height: box[3]! },
  }));

/** What is read at a place that somebody knows to hold a line of writing: enlarged, as it is and inverted. */
export async function read(
  luma: Uint8Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  box: Box,
): Promise<string> {
  const around = { left: Math.floor(box.x - 15), top: Math.floor(box.y - 12) };
  const size = { width: Math.ceil(box.width + 30), height: Math.ceil(box.height + 24) };
  const line = sharp(luma, { raw: { width: widthPx, height: heightPx, channels: 1 } })
    .extract({ ...around, ...size })
    .resize({ height: 3 * size.height })
    .normalise();
  const texts = [line.clone(), line.clone().negate()].map(async (image) => {
    const png = await image.png().toBuffer();
    return new Promise<string>((resolve, reject) => {
      const child = execFile('tesseract', ['-', '-', '--psm', '7'], (error, stdout) =>
        error === null ? resolve(stdout.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')) : reject(error),
      );
      child.stdin!.end(png);
    });
  });
  return (await Promise.all(texts)).join(' ');
}
