import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from '../installation.ts';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const PAGE = join(ROOT, 'agent/live/page');
const jsmpeg = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@cycjimmy/jsmpeg-player')), 'jsmpeg-player.esm.js');

/** Everything that a browser may get, by path. Nothing in it is about this plant. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const files: readonly (readonly [path: string, type: string, file: string])[] = [
    ['/', 'text/html; charset=utf-8', join(PAGE, 'index.html')],
    ['/style.css', 'text/css; charset=utf-8', join(PAGE, 'style.css')],
    ['/view.js', JAVASCRIPT, join(PAGE, 'view.js')],
    ['/overlay.js', JAVASCRIPT, join(PAGE, 'overlay.js')],
    ['/jsmpeg.js', JAVASCRIPT, jsmpeg()],
  ];
  return new Map(
    await Promise.all(
      files.map(async ([path, type, file]) => [path, { type, content: await readFile(file) }] as const),
    ),
  );
}

/** The style that jsmpeg-player 6.1.2 puts in, as an empty element first, for buttons that this page does not have: let in by
 * its hash, and no other. */
const STYLES_OF_JSMPEG =
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-lRyplcblLyRa4o+ZUBNzXETDGwKXzgKgrWbiYOwfTLg='";

export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${STYLES_OF_JSMPEG}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
