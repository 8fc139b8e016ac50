#!/usr/bin/env node
// Sets up everything that micron-edge needs on a fresh Debian or Ubuntu machine, then runs what was asked for:
//   node deploy/setup.mjs            set up only
//   node deploy/setup.mjs demo ...   set up, then `micron-edge demo ...`
//   node deploy/setup.mjs test ...   set up, then the test suite
//   node deploy/setup.mjs soak ...   set up, then the daemon with mishaps for an hour
//   node deploy/setup.mjs fleet ...  set up, then many simulated nodes at one broker
//   node deploy/setup.mjs package ... set up, then build the Debian packages
//   node deploy/setup.mjs pictures ... set up, then take the pictures of the documents
// Plain JavaScript without dependencies, because it runs before any of them is there.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...rest] = process.argv.slice(2);

// Program that must be on the PATH -> Debian package that brings it.
const RUNTIME = { ffmpeg: 'ffmpeg', ffprobe: 'ffmpeg' };
/** For npm run sim:fleet. */
const FLEET = { mosquitto: 'mosquitto', openssl: 'openssl' };
const TESTING = {
  ...RUNTIME,
  mosquitto: 'mosquitto',
  mosquitto_passwd: 'mosquitto',
  openssl: 'openssl',
  'systemd-analyze': 'systemd',
  ps: 'procps',
  // The attacks watch the daemon, and try to read what it has destroyed.
  strace: 'strace',
  tesseract: 'tesseract-ocr',
  // The other decoder.
  'gst-launch-1.0': 'gstreamer1.0-tools',
  // Scripts for boxes are held to it.
  shellcheck: 'shellcheck',
};
// Dashboards, papers and the live view are looked at in a browser. Ubuntu has none as a package: those tests then skip.
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
// For npm run test:dashboards alone: what the dashboard's queries are run on.
const DASHBOARDS = { influxd: 'influxdb' };
// GStreamer's RTSP server is the second opinion of the integration test; it is a library, not a program. Its plugins
// for FFmpeg's decoders stand for NVIDIA's.
const TESTING_FILES = {
  '/usr/lib/python3/dist-packages/gi/__init__.py': ['python3-gi'],
  'typelib:GstRtspServer-1.0': [
    'gir1.2-gst-rtsp-server-1.0',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-bad',
  ],
  'gstreamer:libgstlibav.so': ['gstreamer1.0-libav'],
};

const say = (text) => process.stderr.write(`setup: ${text}\n`);
function stop(what, remedy) {
  say(`cannot go on: ${what}`);
  say(remedy);
  process.exit(4);
}

const onPath = (program) =>
  (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));

function hasTypelib(name) {
  return [
    '/usr/lib/girepository-1.0',
    '/usr/lib/x86_64-linux-gnu/girepository-1.0',
    '/usr/lib/aarch64-linux-gnu/girepository-1.0',
  ].some((folder) => existsSync(join(folder, `${name}.typelib`)));
}

const hasPlugin = (name) =>
  ['x86_64-linux-gnu', 'aarch64-linux-gnu'].some((folder) =>
    existsSync(join('/usr/lib', folder, 'gstreamer-1.0', name)),
  );

function missingPackages(programs, files) {
  const packages = new Set();
  for (const [program, pack] of Object.entries(programs)) if (!onPath(program)) packages.add(pack);
  for (const [file, packs] of Object.entries(files)) {
    const [kind, name] = file.split(':');
    const there =
      kind === 'typelib' ? hasTypelib(name) : kind === 'gstreamer' ? hasPlugin(name) : existsSync(file);
    if (!there) for (const pack of packs) packages.add(pack);
  }
  return [...packages];
}

const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];

function apt(...args) {
  // By env(1), because sudo does not hand the environment on, and a question of debconf would not be seen here.
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q'];
  const [program, ...argv] = [...asRoot, ...quiet, ...args];
  return spawnSync(program, argv, { stdio: ['inherit', 'ignore', 'inherit'] }).status === 0;
}

/** An old package list often suffices; a fresh machine has none at all. */
function aptInstall(packages) {
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  return install() || (apt('update') && install());
}

function installPackages(packages) {
  if (packages.length === 0) return;
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!onPath('apt-get'))
    stop(
      `${packages.join(', ')} missing, and this is no Debian or Ubuntu`,
      'Install them with your package manager, then run this again.',
    );
  if (asRoot.length > 0 && !onPath('sudo'))
    stop(`${packages.join(', ')} missing and neither root nor sudo here`, `As root: ${byHand}`);
  say(`installing Debian packages${asRoot.length > 0 ? ' with sudo' : ''}: ${packages.join(' ')}`);
  if (!aptInstall(packages)) stop('apt-get failed, see above', `By hand: ${byHand}`);
}

function installBrowser() {
  if (BROWSERS.some(onPath)) return;
  say('installing the Debian package chromium');
  if (!onPath('apt-get') || !aptInstall(['chromium']))
    say('there is none here: tests that look at pages are skipped');
}

const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

function installModules() {
  // Marked by the lock file's hash: an interrupted or outdated install is done again, a complete one costs nothing.
  const mark = join(root, 'node_modules', '.micron-edge-lock');
  const lock = hashOf(join(root, 'package-lock.json')) + process.version + process.arch;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  say('installing npm packages into node_modules (npm ci), which takes minutes the first time');
  const run = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  if (run.status !== 0)
    stop(
      'npm ci failed, see above',
      'Check the network and the npm registry setting (npm config get registry).',
    );
  writeFileSync(mark, lock);
}

function* sources(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith('.ts')) yield path;
  }
}

function build() {
  const inputs = [
    'tsconfig.json',
    'package-lock.json',
    ...sources('agent'),
    ...sources('models'),
    ...sources('test'),
  ];
  const digest = createHash('sha256');
  for (const input of inputs) digest.update(input).update(readFileSync(join(root, input)));
  const mark = join(root, 'dist', '.built-from');
  const current = digest.digest('hex');
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== current) {
    say('compiling TypeScript');
    const run = spawnSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'],
      { cwd: root, stdio: 'inherit' },
    );
    if (run.status !== 0) stop('the TypeScript sources do not compile', 'The errors are above.');
    writeFileSync(mark, current);
  }
}

function buildModels() {
  const script = join(root, 'dist/models/face-detector/build.js');
  if (!existsSync(script)) return;
  const run = spawnSync(process.execPath, [script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (run.status !== 0) stop('the face detector could not be built', 'The reason is above.');
}

function hand(over) {
  const child = spawn(over[0], over.slice(1), { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20)
  stop(
    `Node.js ${process.version} is too old`,
    'micron-edge needs Node.js 20 or newer: see https://nodejs.org/en/download, or a newer Debian or Ubuntu.',
  );
if (task !== undefined && !['demo', 'test', 'soak', 'fleet', 'package', 'pictures'].includes(task))
  stop(
    `unknown task "${task}"`,
    'Known: demo, test, soak, fleet, package, pictures, or nothing to set up only.',
  );

const dashboards = rest.some((file) => file.includes('/dashboards/')) ? DASHBOARDS : {};
installPackages(
  ['test', 'soak', 'pictures'].includes(task)
    ? missingPackages({ ...TESTING, ...dashboards }, TESTING_FILES)
    : missingPackages(task === 'fleet' ? FLEET : RUNTIME, {}),
);
if (task === 'test' || task === 'pictures') installBrowser();
installModules();
build();
buildModels();
if (task === 'demo') hand([process.execPath, join(root, 'dist/agent/main.js'), 'demo', ...rest]);
else if (task === 'soak') hand([process.execPath, join(root, 'dist/test/soak/soak.js'), ...rest]);
else if (task === 'fleet') hand([process.execPath, join(root, 'dist/test/fleet/main.js'), ...rest]);
else if (task === 'pictures') hand([process.execPath, join(root, 'dist/test/pictures/pictures.js'), ...rest]);
else if (task === 'package') hand([process.execPath, join(root, 'deploy/package/build.mjs'), ...rest]);
else if (task === 'test')
  hand([
    join(root, 'node_modules/.bin/tap'),
    'run',
    ...(rest.length > 0 ? rest : ['dist/test/**/*.test.js']),
  ]);
else say('ready: npx micron-edge --help');
