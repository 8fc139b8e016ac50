import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { startBroker } from '../demo/broker.ts';
import { firstLine, startNode } from '../demo/child.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { ROOT } from '../installation.ts';
import type { Io } from '../main.ts';

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The whole path on one machine: two RTSP cameras that show the synthetic scene, a broker, the daemon as the process it
 * always is, and a subscriber that stands for the plant's dashboard. Ends with 0 only if aggregates came through.
 */
export async function demo(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string' } } });
  const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
  if (!(seconds > 0)) {
    io.err(`micron-edge demo: --seconds takes a positive number, not "${values.seconds}"\n`);
    return EXIT.config;
  }
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

  await using folder = await temporaryFolder();
  await using broker = await startBroker();
  await using cameraA = startCamera('plant-a');
  await using cameraB = startCamera('plant-b');
  const cameras = await Promise.all(
    [cameraA, cameraB].map(({ process: child }) => firstLine(child, 'READY')),
  );
  const config = join(folder.path, 'demo.yaml');
  const page = { port: await freePort(), token: randomBytes(24).toString('base64url') };
  const topic = await writeConfig(config, { cameras, broker: broker.url, page });
  io.out(
    `Cameras: ${cameras.join(', ')}\nBroker:  ${broker.url}, topic ${topic}\nPage:    http://127.0.0.1:${page.port}/#${page.token}\nThe faces are synthetic; every message says how the model was trained.\n\n`,
  );

  await using subscriber = startNode(program('../demo/subscriber.js'), [broker.url, topic], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let aggregates = 0;
  subscriber.process.on('message', () => aggregates++);
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
  io.out(`\n${aggregates} aggregates came through the broker.\n`);
  return aggregates > 0 ? EXIT.ok : EXIT.failed;
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
  document.setIn(['mqtt', 'url'], broker);
  document.setIn(['page'], { port: page.port, tokenFile: 'page-token' });
  await writeFile(join(dirname(path), 'page-token'), page.token, { mode: 0o600 });
  await writeFile(path, document.toString());
  return `${document.getIn(['mqtt', 'baseTopic'])}/micron-edge/${document.getIn(['node', 'id'])}/#`;
}

/** A TCP port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
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
