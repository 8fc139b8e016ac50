import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's names of processors -> those of Node.js. */
export const NODE_ARCH = { amd64: 'x64', arm64: 'arm64' };

/** What nobody runs: sources, types, tests and papers about development. Licences and notices stay. */
const NEEDLESS =
  /\.(map|ts|mts|cts|md|markdown|html|flow|tsbuildinfo)$|^(\.npmignore|\.eslintrc.*|\.editorconfig|\.gitattributes|\.github|\.husky|\.travis\.yml|test|tests|__tests__|docs|example|examples|benchmark|benchmarks|coverage)$/i;
const KEPT = /^(licen[cs]e|notice|copying)/i;

/** Production dependencies of the lock file, with the binaries of that processor, whatever this machine is. */
export function installProduction(folder, arch) {
  const cpu = NODE_ARCH[arch];
  execFileSync(
    'npm',
    [
      'ci',
      '--omit=dev',
      '--os=linux',
      '--libc=glibc',
      `--cpu=${cpu}`,
      '--ignore-scripts',
      '--no-fund',
      '--no-audit',
      '--loglevel=error',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

/** Takes out what is for other machines, and what is not for machines. */
export function prune(folder, arch) {
  const cpu = NODE_ARCH[arch];
  const modules = join(folder, 'node_modules');
  const binaries = join(modules, 'onnxruntime-node/bin/napi-v6');
  for (const system of readdirSync(binaries))
    for (const processor of readdirSync(join(binaries, system)))
      if (system !== 'linux' || processor !== cpu)
        rmSync(join(binaries, system, processor), { recursive: true });
  for (const system of readdirSync(binaries))
    if (readdirSync(join(binaries, system)).length === 0) rmSync(join(binaries, system), { recursive: true });
  // npm takes every one of them that fits the processor; the other C library is of no use here.
  for (const name of readdirSync(join(modules, '@img')))
    if (name.includes('musl')) rmSync(join(modules, '@img', name), { recursive: true });
  for (const name of ['.bin', '.package-lock.json'])
    rmSync(join(modules, name), { recursive: true, force: true });
  // Compilers of schemas, with packages of their own; what runs is in `src`.
  rmSync(join(modules, 'sparkplug-payload/node_modules/protobufjs/cli'), { recursive: true, force: true });
  sweep(modules);
}

function sweep(folder) {
  const isPackage = existsSync(join(folder, 'package.json'));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isFolder = statSync(path).isDirectory();
    // Names of folders say something only at the top of a package: `lib/test` may be code that runs.
    const needless =
      NEEDLESS.test(name) && !KEPT.test(name) && (!isFolder || (isPackage && !isUsed(folder, name)));
    if (needless) rmSync(path, { recursive: true });
    else if (isFolder) sweep(path);
    else chmodSync(path, isScript(path) ? 0o755 : 0o644);
  }
}

/** Some packages mark all their files as programs, licences too. */
const isScript = (path) => readFileSync(path).subarray(0, 2).toString('latin1') === '#!';

/** Does the package say that it begins in that folder? */
function isUsed(folder, name) {
  const { main, exports, files } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return JSON.stringify([main, exports, files ?? []]).includes(`${name}/`);
}
