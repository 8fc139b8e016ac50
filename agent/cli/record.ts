import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { connectionOf } from '../publish/configured.ts';
import { rootOf } from '../publish/topics.ts';
import { DayFiles } from '../record/day-files.ts';
import { filtersBelow } from '../record/received.ts';
import { record as recordFrom } from '../record/recorder.ts';
import { systemDisk } from '../state/disk.ts';

const USAGE =
  'micron-edge record [CONFIG] --out FILE.jsonl [--all-nodes] [--seconds N] [--url mqtts://…] [--user NAME --password-file FILE] [--ca FILE] [--cert FILE --key FILE]';

const OPTIONS = {
  out: { type: 'string' },
  'all-nodes': { type: 'boolean' },
  seconds: { type: 'string' },
  url: { type: 'string' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
} as const;
type Values = Partial<Record<'url' | 'user' | 'password-file' | 'ca' | 'cert' | 'key', string>>;

const usage = (wrong: string): OperatorError =>
  new OperatorError('config', 'usage', `record: ${wrong}.`, { remedy: USAGE });

/**
 * `micron-edge record [CONFIG] --out FILE.jsonl`: writes down what a node, or all below its base topic, say over MQTT,
 * for `micron-edge report`. Ends with a signal or after --seconds; 0 only if messages came.
 */
export async function record(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [path = defaultConfigPath(process.env), ...rest] = positionals;
  const { out } = values;
  if (rest.length > 0) throw usage('one configuration at a time');
  if (out === undefined || out === '') throw usage('--out FILE.jsonl is missing');
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
  if (seconds !== undefined && !(seconds > 0 && seconds <= 2_000_000))
    throw usage(`--seconds takes a positive number, not "${values.seconds}"`);
  const { config } = await loadConfig(path);
  const connection = await connectionOf({ ...config, mqtt: readerOf(config, values) });
  const { baseTopic } = config.mqtt;
  const root = values['all-nodes']
    ? `${baseTopic}/micron-edge/+`
    : rootOf({ baseTopic, node: config.node.id });

  const ended = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort());
  const timer = seconds === undefined ? undefined : setTimeout(() => ended.abort(), seconds * 1000);
  await using files = new DayFiles(out, systemDisk);
  const { messages, unfit } = await recordFrom(
    {
      connection,
      clientId: clientIdFor(resolve(out)),
      filters: filtersBelow(root),
      files,
      nowMs: Date.now,
    },
    {
      onRecording: () => io.err(`Recording ${root} into ${files.fileOf('DAY')}\n`),
      onTrouble: ({ message, remedy }) => io.err(`${message} ${remedy}\n`),
      onUnfit: (topic, reason) => io.err(`On ${topic} came something that is no message (${reason}).\n`),
    },
    ended.signal,
  ).finally(() => clearTimeout(timer));
  io.err(`${messages} messages recorded${unfit === 0 ? '' : `, ${unfit} times something that is none`}.\n`);
  return messages > 0 ? EXIT.ok : EXIT.failed;
}

/** The broker as the node sees it, with the login of somebody who may read. The node's own login reads commands only. */
function readerOf({ mqtt }: Config, given: Values): Config['mqtt'] {
  const { username, passwordFile, tls, ...broker } = mqtt;
  const { url, user, ca, cert, key } = given;
  const file = given['password-file'];
  if ((user === undefined) !== (file === undefined)) throw usage('--user and --password-file go together');
  if ((cert === undefined) !== (key === undefined)) throw usage('--cert and --key go together');
  const own = user === undefined && cert === undefined;
  const authority = ca ?? tls?.caFile;
  return {
    ...broker,
    ...(url === undefined ? {} : { url }),
    ...(own && username !== undefined && passwordFile !== undefined ? { username, passwordFile } : {}),
    ...(user === undefined || file === undefined ? {} : { username: user, passwordFile: file }),
    tls: {
      ...(authority === undefined ? {} : { caFile: authority }),
      ...(own && tls?.certFile !== undefined ? { certFile: tls.certFile } : {}),
      ...(own && tls?.keyFile !== undefined ? { keyFile: tls.keyFile } : {}),
      ...(cert === undefined || key === undefined ? {} : { certFile: cert, keyFile: key }),
    },
  };
}

/** The same again for the same file on the same machine, and for no other. */
const clientIdFor = (out: string): string =>
  `micron-edge-record-${createHash('sha256').update(`${hostname()} ${out}`).digest('hex').slice(0, 12)}`;
