import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { startBroker } from '../demo/broker.ts';
import { firstLine, startNode } from '../demo/child.ts';
import { whyNothing } from '../demo/hint.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { ROOT } from '../installation.ts';
import type { Io } from '../main.ts';

/** Where the page is when nothing else is there, so that it can be written down. */
const PAGE_PORT = 8791;
/** Windows of each zone without a count before it is said why: the first one or two are never whole. */
const HINT_AFTER = 4;

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The whole path on one machine: two RTSP cameras that show the synthetic scene, a broker, the daemon as the process it
 * always is, and a subscriber that stands for the plant's dashboard. Ends with 0 only if aggregates came through.
 */
export async function demo(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string' }, cameras: { type: 'string', default: '2' } },
  });
  const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
  if (!(seconds > 0)) {
    io.err(`micron-edge demo: --seconds takes a positive number, not "${values.seconds}"\n`);
    return EXIT.config;
  }
  if (values.cameras !== '1' && values.cameras !== '2') {
    io.err(`micron-edge demo: --cameras takes 1 or 2, not "${values.cameras}"\n`);
    return EXIT.config;
  }
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

  await using folder = await temporaryFolder();
  await using broker = await startBroker();
  await using cameraA = startCamera('plant-a');
  await using cameraB = values.cameras === '2' ? startCamera('plant-b') : undefined;
  const cameras = await Promise.all(
    [cameraA, cameraB].flatMap((camera) => camera?.process ?? []).map((child) => firstLine(child, 'READY')),
  );
  const config = join(folder.path, 'demo.yaml');
  const page = { port: await freePort(PAGE_PORT), token: randomBytes(24).toString('base64url') };
  const topic = await writeConfig(config, { cameras, broker: broker.url, page });
  io.out(
    `Cameras: ${cameras.join(', ')}\nBroker:  ${broker.url}, topic ${topic}\nPage:    http://127.0.0.1:${page.port}/#${page.token}\n         (in a browser on this machine; from another one: ssh -L ${page.port}:127.0.0.1:${page.port} THIS-MACHINE)\nThe faces are synthetic; every message says how the model was trained.\n\n`,
  );

  await using subscriber = startNode(program('../demo/subscriber.js'), [broker.url, topic], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const windows = { released: 0, withheld: 0 };
  subscriber.process.on('message', (state: keyof typeof windows) => {
    windows[state]++;
    if (windows.released === 0 && windows.withheld === HINT_AFTER * cameras.length)
      io.err(`\n${whyNothing(loadavg()[0]!, availableParallelism())}\n\n`);
  });
  await using daemon = startNode(program('../main.js'), ['run', config], {
    // Its log is for the operator, not for the dashboard.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, STATE_DIRECTORY: join(folder.path, 'state') },
  });

  const reason = await Promise.race([
    aborted(ended.signal),
    daemon.exited.then((code) => `the daemon ended with code ${code}`),
    subscriber.exited.then((code) => `the subscriber ended with code ${code}`),
    ...(Number.isFinite(seconds) ? [after(seconds * 1000, ended.signal)] : []),
  ]);
  if (reason !== undefined)
    throw new OperatorError('failed', 'demo-part-ended', `The demo is over: ${reason}.`);
  io.out(`\n${windows.released} aggregates came through the broker.\n`);
  if (windows.released > 0) return EXIT.ok;
  io.err(`${whyNothing(loadavg()[0]!, availableParallelism())}\n`);
  return EXIT.failed;
}

function startCamera(scene: string) {
  const file = join(ROOT, 'test/scene', `${scene}.mp4`);
  return startNode(join(ROOT, 'dist/test/camera/main.js'), ['--file', file, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'micron-edge-demo-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The embedded defaults with this run's addresses; returns the topic filter that covers everything the node publishes. */
async function writeConfig(
  path: string,
  {
    cameras,
    broker,
    page,
  }: { cameras: readonly string[]; broker: string; page: { port: number; token: string } },
): Promise<string> {
  const document = parseDocument(await readFile(join(ROOT, 'config/demo.yaml'), 'utf8'));
  for (const [i, url] of cameras.entries()) document.setIn(['cameras', i, 'url'], url);
  if (cameras.length === 1) document.deleteIn(['cameras', 1]);
  document.setIn(['mqtt', 'url'], broker);
  document.setIn(['page'], { port: page.port, tokenFile: 'page-token' });
  await writeFile(join(dirname(path), 'page-token'), page.token, { mode: 0o600 });
  await writeFile(path, document.toString());
  return `${document.getIn(['mqtt', 'baseTopic'])}/micron-edge/${document.getIn(['node', 'id'])}/#`;
}

/** A TCP port that was free a moment ago: the one that is wished for, or any. */
async function freePort(wished: number): Promise<number> {
  const server = createServer().listen(wished, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (wished === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return freePort(0);
  }
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));

function after(ms: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
