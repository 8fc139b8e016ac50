import { createHash } from 'node:crypto';
import { lutimesSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

function* entries(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    yield { path, entry };
    if (entry.isDirectory()) yield* entries(path);
  }
}

/** Content of DEBIAN/md5sums, which `dpkg --verify` reads; conffiles are left out, as debsums(1) wants it. */
export const md5sums = (stage) =>
  [...entries(stage)]
    .filter(({ entry }) => entry.isFile())
    .map(({ path }) => ({ path, name: relative(stage, path) }))
    .filter(({ name }) => !name.startsWith('DEBIAN/') && !name.startsWith('etc/'))
    .map(({ path, name }) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${name}\n`)
    .join('');

/** As deb-substvars(5) counts it: files in whole kilobytes, one for everything else. */
export const sizeKb = (stage) =>
  [...entries(stage)].reduce(
    (sum, { path, entry }) => sum + (entry.isFile() ? Math.ceil(readFileSync(path).length / 1024) : 1),
    0,
  );

/** The same time for all, so that the same inputs give the same package. */
export function stamp(stage, epochS) {
  for (const { path } of entries(stage)) lutimesSync(path, epochS, epochS);
  lutimesSync(stage, epochS, epochS);
}
