import { access, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Examinee, assess as look } from '../assess/assess.ts';
import { html } from '../assess/html.ts';
import { table } from '../assess/table.ts';
import { loadConfig } from '../config/load.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { readCredentials } from '../config/secrets.ts';
import { EVERYWHERE } from '../config/zones.ts';
import { probe, type StreamFacts } from '../decode/probe.ts';
import type { Credentials } from '../domain/credentials.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { requirePermission } from '../governance/gate.ts';
import { defaultConfigPath, ROOT, VERSION } from '../installation.ts';
import type { Io } from '../main.ts';
import { analysisFor } from '../setup/answers.ts';
import { forbidCoreDumps } from '../state/core-dumps.ts';
import { addressOf } from './playback.ts';
import { mayWatch } from './watching.ts';

const USAGE =
  'Usage: micron-edge assess FILE|CAMERA|rtsp://ADDRESS [--config CONFIG] [--credentials FILE] [--minutes N] [--json FILE] [--html FILE]';
/** Of an address that is not in the configuration, pictures larger than this are made smaller. */
const WIDEST_PX = 1280;
/** How long coded bits of a camera are counted. */
const PROBE_S = 8;
const PATIENCE_MS = 10_000;

/**
 * `micron-edge assess SOURCE`: looks at a recording or a camera for a while and says what of it is good enough for
 * micro-expressions, and what to change. A camera needs what `run` needs: purpose, papers, no pause, open hours, an entry
 * in the audit log. A recording needs nobody's permission but yours.
 */
export async function assess(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      credentials: { type: 'string' },
      minutes: { type: 'string' },
      json: { type: 'string' },
      html: { type: 'string' },
    },
  });
  const [source, ...rest] = positionals;
  if (source === undefined || rest.length > 0) throw usage('Name one recording, camera or address.');
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0 && minutes <= 24 * 60))
    throw usage('--minutes takes 0.1 to 1440.');

  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  await forbidCoreDumps();
  const isFile = await access(source).then(
    () => true,
    () => false,
  );
  const isAddress = /^rtsps?:\/\//.test(source);
  if (!isFile && !isAddress && /[./]/.test(source))
    throw new OperatorError('config', 'recording-missing', `There is no recording ${source}.`, {
      remedy: USAGE,
    });
  const path = values.config ?? (isFile ? join(ROOT, 'config/demo.yaml') : defaultConfigPath(process.env));
  const { config } = await loadConfig(path);
  const examine = async (examinee: Omit<Examinee, 'config' | 'seconds'>) => {
    const seconds = (minutes ?? (isFile ? 24 * 60 : 5)) * 60;
    const until = isFile && minutes === undefined ? examinee.stream.seconds : seconds;
    const result = await look(
      { ...examinee, config, seconds },
      { software: VERSION, now: () => new Date(), onProgress: progress(io, until) },
      ended.signal,
    );
    if (process.stderr.isTTY) io.err('\r\x1b[K');
    io.out(table(result));
    if (values.json !== undefined) await write(values.json, `${JSON.stringify(result, null, 2)}\n`);
    if (values.html !== undefined) await write(values.html, html(result));
    return EXIT.ok;
  };
  if (isFile) {
    requirePermission(config, new Date());
    const url = addressOf(source);
    const stream = await streamOf(source, { url, seconds: 24 * 3600 }, ended.signal);
    return examine({ name: basename(source), camera: asCamera(config, url, stream), stream });
  }

  const known = config.cameras.find(({ id }) => id === source);
  if (known === undefined && !isAddress)
    throw new OperatorError(
      'config',
      'source-unknown',
      `${source} is no recording, and no camera of ${path}.`,
      { remedy: `${USAGE}. Cameras there: ${config.cameras.map(({ id }) => id).join(', ')}.` },
    );
  if (source.includes('@'))
    throw new OperatorError('config', 'credentials-in-address', 'No user or password in the address.', {
      remedy: 'Put "user:password" into a file and name it with --credentials.',
    });
  await using _watching = await mayWatch(config, {
    event: 'assessment',
    detail: known === undefined ? {} : { camera: known.id },
  });
  const file = values.credentials ?? known?.credentialsFile;
  const credentials = file === undefined ? undefined : await readCredentials(file);
  const url = known?.url ?? source;
  const probeS = Math.min(PROBE_S, (minutes ?? 5) * 60);
  const stream = await streamOf(
    source,
    { url, credentials, transport: known?.transport, seconds: probeS },
    ended.signal,
  );
  return examine({
    name: known?.id ?? new URL(source).host,
    camera: known ?? asCamera(config, url, stream),
    stream,
    ...(credentials === undefined ? {} : { credentials }),
  });
}

const usage = (message: string) => new OperatorError('config', 'usage', message, { remedy: USAGE });

async function streamOf(
  name: string,
  from: {
    url: string;
    credentials?: Credentials | undefined;
    transport?: 'tcp' | 'udp' | undefined;
    seconds: number;
  },
  signal: AbortSignal,
): Promise<StreamFacts> {
  const { url, credentials, transport = 'tcp', seconds } = from;
  const options = { url, credentials, transport, patienceMs: PATIENCE_MS };
  const stream = await probe({ ...options, seconds }, signal);
  if ('code' in stream)
    throw new OperatorError(
      'config',
      'source-unusable',
      `${name.startsWith('rtsp') ? 'The camera' : name} has no video that can be assessed (${stream.code}).`,
      { remedy: 'agent/camera/README.md explains the code.' },
    );
  return stream;
}

/** All of the picture, in its own shape, as if it were the first camera of the configuration. */
function asCamera({ cameras: [first] }: Config, url: string, stream: StreamFacts): CameraConfig {
  return {
    ...first!,
    id: 'assessed',
    url,
    analysis: analysisFor(stream, WIDEST_PX),
    zones: [EVERYWHERE],
    optOut: [],
  };
}

/** A bar on a terminal, a line every tenth of the way elsewhere. */
function progress(io: Io, totalS: number) {
  let told = 0;
  return (seconds: number, fps: number): void => {
    const share = Math.min(1, seconds / Math.max(1, totalS));
    const clock = (s: number) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
    const words = `${clock(seconds)} of ${clock(totalS)}, ${fps.toFixed(1)} pictures/s`;
    if (process.stderr.isTTY) {
      const full = Math.round(share * 30);
      io.err(`\r[${'#'.repeat(full)}${'.'.repeat(30 - full)}] ${words}`);
    } else if (share >= told + 0.1) {
      told = Math.floor(share * 10) / 10;
      io.err(`${Math.round(told * 100)} %, ${words}\n`);
    }
  };
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError('config', 'output-unwritable', `${path} cannot be written (${cause.code}).`, {
      cause,
    });
  });
}
