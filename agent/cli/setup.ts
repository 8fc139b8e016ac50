import { parseArgs } from 'node:util';
import { readCredentials } from '../config/secrets.ts';
import { probe } from '../decode/probe.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import type { Io } from '../main.ts';
import type { CameraAnswer } from '../setup/answers.ts';
import { draft } from '../setup/draft.ts';
import { answerTo, type Question, type Terminal, terminalOf } from '../setup/questions.ts';
import { problemsOf, write } from '../setup/write.ts';
import { setupZones } from './setup-zones.ts';

const PATIENCE_MS = 5_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const nameFault = (text: string) =>
  NAME.test(text) ? undefined : 'lower-case letters, digits and "-", at most 32';
const USAGE =
  'Usage: micron-edge setup [--out FILE] [--node ID] [--purpose P] [--jurisdiction J] [--broker URL] [--topic T] [--username U] [--camera ID=URL[,CREDENTIALSFILE]]... [--head-count N] [--yes]\n       micron-edge setup zones CAMERA [CONFIG] [--port N] [--yes]';

/**
 * `micron-edge setup`: a configuration by questions or flags, with each camera asked what it sends. `setup zones CAMERA`
 * then draws zones in the browser.
 */
export async function setup(args: readonly string[], io: Io): Promise<number> {
  if (args[0] === 'zones') return setupZones(args.slice(1), io);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string', default: 'micron-edge.yaml' },
      node: { type: 'string' },
      purpose: { type: 'string' },
      jurisdiction: { type: 'string' },
      broker: { type: 'string' },
      topic: { type: 'string' },
      username: { type: 'string' },
      camera: { type: 'string', multiple: true },
      'head-count': { type: 'string' },
      yes: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0) throw new OperatorError('config', 'usage', 'Flags only.', { remedy: USAGE });
  await using terminal = terminalOf(process.stdin, process.stderr);
  const ask = (question: Question, given: string | undefined) => answerTo(question, given, terminal);

  const node = await ask(
    { flag: 'node', words: 'Name of this box, part of the MQTT topic', fault: nameFault },
    values.node,
  );
  const purpose = await ask(
    {
      flag: 'purpose',
      words: 'What for: medical, safety, research-with-consent or demo',
      fault: (text) =>
        ['medical', 'safety', 'research-with-consent', 'demo'].includes(text)
          ? undefined
          : 'one of these four',
    },
    values.purpose,
  );
  const jurisdiction = await ask(
    {
      flag: 'jurisdiction',
      words: 'Where: EU, or an ISO country code such as DE, JP, US',
      fault: (text) => (/^[A-Z]{2}$/.test(text) ? undefined : 'two capital letters'),
    },
    values.jurisdiction,
  );
  const broker = await ask(
    {
      flag: 'broker',
      words: 'Address of the MQTT broker',
      usual: 'mqtts://broker.example:8883',
      fault: (text) =>
        /^mqtts?:\/\/[^@]+$/.test(text) ? undefined : 'mqtt:// or mqtts://, without a password',
    },
    values.broker,
  );
  const topic = await ask(
    { flag: 'topic', words: 'Base topic, such as acme/leipzig/press-shop/line-2' },
    values.topic,
  );
  const headCount = await ask(
    {
      flag: 'head-count',
      words: 'People who regularly work in a zone',
      usual: '6',
      fault: (text) => (/^[1-9]\d{0,3}$/.test(text) ? undefined : 'a whole number from 1'),
    },
    values['head-count'],
  );
  const cameras = await camerasOf(values.camera, terminal, io);
  const text = draft({
    node,
    purpose,
    jurisdiction,
    broker,
    topic,
    ...(values.username === undefined ? {} : { username: values.username }),
    cameras,
    headCount: Number(headCount),
  });
  const problems = await problemsOf(text);
  if (problems.length > 0)
    throw new OperatorError(
      'config',
      'draft-wrong',
      `This makes no configuration:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    );
  const outcome = await write(values.out, text, { yes: values.yes, terminal, out: io.out });
  if (outcome === 'not-written') {
    io.err(`${values.out} stays as it is. --yes writes it.\n`);
    return EXIT.config;
  }
  io.out(
    `${values.out} ${outcome === 'same' ? 'is so already' : 'is written'}. Next:\n  micron-edge check ${values.out}\n  micron-edge doctor ${values.out}\n${cameras.map(({ id }) => `  micron-edge setup zones ${id} ${values.out}\n`).join('')}`,
  );
  return EXIT.ok;
}

/** Cameras by flag or by asking, each asked what it sends; nothing of it is decoded. */
async function camerasOf(
  given: readonly string[] | undefined,
  terminal: Terminal,
  io: Io,
): Promise<CameraAnswer[]> {
  const named = given?.map(cameraOf) ?? [];
  while (given === undefined && terminal.isInteractive) {
    const more = named.length === 0 ? '' : ' (nothing: no more cameras)';
    const line = (
      await terminal.ask(`Camera, as ID=rtsp://ADDRESS[,FILE WITH user:password]${more}: `)
    ).trim();
    if (line === '' && named.length > 0) break;
    try {
      named.push(cameraOf(line));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      io.err(`  ${error.message}\n`);
    }
  }
  if (named.length === 0)
    throw new OperatorError('config', 'answer-missing', 'Not known: which cameras.', {
      remedy: 'Say each with --camera ID=rtsp://ADDRESS',
    });
  const cameras: CameraAnswer[] = [];
  for (const camera of named) {
    const credentials =
      camera.credentialsFile === undefined ? undefined : await readCredentials(camera.credentialsFile);
    const found = await probe(
      { url: camera.url, credentials, transport: 'tcp', seconds: 2, patienceMs: PATIENCE_MS },
      new AbortController().signal,
    );
    io.err(
      'code' in found
        ? `${camera.id}: not reached (${found.code}); agent/camera/README.md explains the code. Written all the same.\n`
        : `${camera.id}: ${found.codec}, ${found.widthPx} x ${found.heightPx}\n`,
    );
    cameras.push({ ...camera, found });
  }
  return cameras;
}

function cameraOf(text: string): Omit<CameraAnswer, 'found'> {
  const [, id = '', url = '', credentialsFile] = /^([^=]+)=([^,]+)(?:,(.+))?$/.exec(text) ?? [];
  const wrong =
    nameFault(id) ??
    (/^(rtsps?|file):\/\/\S+$/.test(url) && URL.canParse(url)
      ? undefined
      : 'an rtsp://, rtsps:// or file:// address') ??
    (new URL(url).username + new URL(url).password === ''
      ? undefined
      : 'no user or password in the address: name a file that holds them');
  if (wrong !== undefined)
    throw new OperatorError('config', 'answer-wrong', `A camera is ID=ADDRESS[,FILE]; here: ${wrong}.`);
  return { id, url, ...(credentialsFile === undefined ? {} : { credentialsFile }) };
}
