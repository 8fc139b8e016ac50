import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function* packagesIn(modules) {
  for (const name of readdirSync(modules).sort()) {
    if (name.startsWith('.')) continue;
    const folder = join(modules, name);
    if (name.startsWith('@')) yield* packagesIn(folder);
    else {
      if (existsSync(join(folder, 'package.json'))) yield folder;
      const inner = join(folder, 'node_modules');
      if (existsSync(inner)) yield* packagesIn(inner);
    }
  }
}

const author = ({ author: who }) => (typeof who === 'string' ? who : who?.name) ?? 'its authors';

/** debian/copyright (machine-readable, format 1.0): ours, and every npm package with what it says about itself. */
export function copyright(root) {
  const modules = join(root, 'node_modules');
  const parts = [...packagesIn(modules)].map((folder) => {
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = typeof about.license === 'string' ? about.license : 'see-package';
    return [
      `Files: usr/lib/micron-edge/${folder.slice(root.length + 1)}/*`,
      `Copyright: ${author(about)}`,
      `License: ${licence.replace(/[()]/g, '').replaceAll(' OR ', ' or ').replaceAll(' AND ', ' and ')}`,
      ` ${about.name} ${about.version}; its own licence file, where it has one, is in that folder.`,
    ].join('\n');
  });
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: micron-edge

Files: *
Copyright: 2026 micron-edge authors
License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.

${parts.join('\n\n')}
`;
}
