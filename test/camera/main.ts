#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { TestCamera, type TestCameraOptions } from './camera.ts';
import { AUTHENTICATIONS } from './gate.ts';

const USAGE = `Usage: main.js --file FILM.mp4 [--port N] [--path /stream] [--auth ${AUTHENTICATIONS.join('|')}] [--credentials-file FILE]`;

class UsageError extends Error {}

/** The camera as a process of its own. One line on stdout when it listens; ends with 0 when told to, with 2 if it cannot start. */
try {
  const camera = await TestCamera.start(await optionsFrom(process.argv.slice(2)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void camera[Symbol.asyncDispose]().then(() => process.exit(0)));
  process.stdout.write(`READY ${camera.url}\n`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const line = `test camera: ${message}${error instanceof UsageError ? `. ${USAGE}` : ''}`;
  process.stderr.write(`${line.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exitCode = 2;
}

async function optionsFrom(argv: string[]): Promise<TestCameraOptions> {
  const { file, port = '0', path = '/stream', auth: name = 'none', 'credentials-file': secret } = parse(argv);
  if (file === undefined) throw new UsageError('--file is missing');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError(`"${port}" is no port`);
  if (!path.startsWith('/')) throw new UsageError('--path must begin with "/"');
  const auth = AUTHENTICATIONS.find((each) => each === name);
  if (auth === undefined) throw new UsageError(`--auth cannot be "${name}"`);
  if ((auth === 'none') !== (secret === undefined))
    throw new UsageError('--auth and --credentials-file go together');
  const credentials = secret === undefined ? {} : await readCredentials(secret);
  return { file, port: Number(port), path, auth, ...credentials };
}

function parse(argv: string[]) {
  const type = 'string';
  try {
    return parseArgs({
      args: argv,
      options: {
        file: { type },
        port: { type },
        path: { type },
        auth: { type },
        'credentials-file': { type },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** From a file, because everybody on the machine can read the arguments of a process. */
async function readCredentials(path: string): Promise<{ user: string; password: string }> {
  const [, user, password] = /^([^:\r\n]+):([^\r\n]*)\r?\n?$/.exec(await readFile(path, 'utf8')) ?? [];
  if (user === undefined || password === undefined)
    throw new Error(`${path} does not hold one line "user:password"`);
  return { user, password };
}
