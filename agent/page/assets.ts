import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
} as const;

/** Where the files of the page are; the process that serves it may read there and nowhere else. */
export const folders = (root: string) => ({
  web: join(root, 'agent/page/web'),
  uplot: dirname(createRequire(join(root, 'package.json')).resolve('uplot')),
});

/** Everything that a browser may get without a session, by path. Nothing in it is about this plant. */
export async function loadAssets(root: string): Promise<ReadonlyMap<string, Asset>> {
  const { web, uplot } = folders(root);
  const own = ['style.css', 'app.js', 'login.js', 'zones.js', 'chart.js', 'face.js', 'node.js', 'words.js'];
  const files: readonly (readonly [path: string, file: string])[] = [
    ['/', join(web, 'index.html')],
    ...own.map((name) => [`/${name}`, join(web, name)] as const),
    ['/uplot.js', join(uplot, 'uPlot.esm.js')],
    ['/uplot.css', join(uplot, 'uPlot.min.css')],
  ];
  const typeOf = (file: string) => TYPES[file.slice(file.lastIndexOf('.') + 1) as keyof typeof TYPES];
  return new Map(
    await Promise.all(
      files.map(
        async ([path, file]) => [path, { type: typeOf(file), content: await readFile(file) }] as const,
      ),
    ),
  );
}

export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
