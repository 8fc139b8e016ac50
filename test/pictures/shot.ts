import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { ROOT } from '../../agent/installation.ts';

/** Takes its pictures with this browser; `folder` is its own, and empty. */
export type Painter = (browser: BrowserContext, folder: string) => Promise<void>;

/** Documents are read over slow lines, and each picture stays in the repository for ever. */
const MOST_BYTES = 150_000;

/** A page of the size of a document's column, in light colours. */
export async function open(browser: BrowserContext, url: string, widthPx = 1100): Promise<Page> {
  const page = await browser.newPage();
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: widthPx, height: 800 });
  await page.goto(url);
  return page;
}

/** Writes what is to be seen from the top of the page on as a PNG of few colours. */
export async function shoot(page: Page, path: string, heightPx?: number): Promise<void> {
  const whole = await page.screenshot({ fullPage: true });
  const { width, height } = await sharp(whole).metadata();
  const png = await sharp(whole)
    .extract({ left: 0, top: 0, width, height: Math.min(height, heightPx ?? height) })
    .png({ palette: true, colours: 128, effort: 10 })
    .toBuffer();
  if (png.length > MOST_BYTES) throw new Error(`${path} has ${png.length} bytes, at most ${MOST_BYTES}`);
  await mkdir(dirname(join(ROOT, path)), { recursive: true });
  await writeFile(join(ROOT, path), png);
  process.stdout.write(`${path}: ${png.length} bytes\n`);
}
