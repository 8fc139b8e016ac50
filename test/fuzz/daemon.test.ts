import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import t from 'tap';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { whyNoStrace } from '../attacks/canary/watched.ts';
import { TestCamera } from '../camera/camera.ts';
import { formatResponse } from '../camera/messages.ts';
import { PASSWORDS, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { program } from '../support/processes.ts';
import { seeded } from '../support/random.ts';
import { until } from '../support/until.ts';
import { mutated } from './mutate.ts';
import { IS_LONG, SEED } from './target.ts';

const WITHIN = { withinMs: 120_000 };
/** Health comes every second; so long without one is a hang. */
const MOST_SILENCE_MS = 5_000 + 1_000;
const NAMES =
  'openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat,truncate';
const asBytes = (command: object) => Buffer.from(JSON.stringify(command));
const COMMANDS = [
  { command: 'resume', id: 'r-1' },
  { schema: 'micron-edge/command/1', command: 'resume' },
].map(asBytes);
/** Rarely, because little is to be seen of a camera in a pause. */
const PAUSE = asBytes({ command: 'pause', id: '4711' });

/** One call a line, with its result: during which another thread has made one is on two lines of the trace. */
function whole(trace: string): string[] {
  const begun = new Map<string, string>();
  return trace.split('\n').flatMap((line) => {
    const pid = /^\d+/.exec(line)?.[0] ?? '';
    const start = line.indexOf(' <unfinished ...>');
    if (start >= 0) {
      begun.set(pid, line.slice(0, start));
      return [];
    }
    const end = /<\.\.\. \w+ resumed>(.*)$/.exec(line);
    return [end === null ? line : `${begun.get(pid) ?? ''}${end[1]}`];
  });
}

/** Paths that a traced program made, changed or opened for writing. */
function written(trace: string): string[] {
  const paths = whole(trace).flatMap((line) => {
    if (/ = -1 /.test(line)) return [];
    const isOpen = /\b(?:openat|open)\(/.test(line);
    if (isOpen && !/O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE/.test(line)) return [];
    if (!isOpen && !new RegExp(`\\b(?:${NAMES.replaceAll(',', '|')})\\(`).test(line)) return [];
    return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
  });
  return [...new Set(paths)];
}

const without = whyNoStrace();
t.test(
  'commands, answers of the camera and packets, all wrong: the daemon goes on, and writes nowhere else',
  without === undefined ? {} : { skip: without },
  async (t) => {
    const folder = t.testdir();
    const home = join(folder, 'home');
    mkdirSync(home);
    const random = seeded(SEED);
    await using broker = await startMosquitto(join(folder, 'broker'));
    const plant = connect(broker.url, {
      username: 'dashboard',
      password: PASSWORDS.dashboard,
      protocolVersion: 5,
    });
    // biome-ignore lint/suspicious/noExplicitAny: JSON from the wire, as a dashboard gets it
    const healths: any[] = [];
    let answers = 0;
    plant.on('connect', () => plant.subscribe([`${TOPIC}/health`, `${TOPIC}/command/answer`], { qos: 1 }));
    plant.on('message', (topic, payload) => {
      if (topic.endsWith('/answer')) answers++;
      else healths.push(JSON.parse(payload.toString('utf8')));
    });
    await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
    const config = writeConfig(join(folder, 'config'), {
      camera: camera.url,
      broker: broker.url,
      ofCamera: { stallMs: 1_000 },
    });
    const state = join(folder, 'config/state');
    const trace = join(folder, 'trace');
    const main = join(ROOT, 'dist/agent/main.js');
    await using daemon = program(
      'bash',
      [
        '-c',
        'unset NODE_OPTIONS; cd "$0" && exec strace -f --seccomp-bpf -qq -o "$1" -e "trace=$2" -- "$3" "$4" run "$5"',
        ...[home, trace, NAMES, process.execPath, main, config],
      ],
      { HOME: home, TMPDIR: home },
    );
    const streaming = () => healths.at(-1)?.cameras[0].state === 'streaming';
    await until(streaming, 'pictures', WITHIN);

    const operator = connect(broker.url, {
      username: 'operator',
      password: PASSWORDS.operator,
      protocolVersion: 5,
    });
    await new Promise<void>((resolve) => operator.once('connect', () => resolve()));
    camera.mischief.reply = (usual, { headers }) =>
      random() < 0.7
        ? usual
        : mutated(random, [Buffer.from(formatResponse(usual, headers.get('cseq')), 'latin1')]);
    camera.mischief.packet = (packet) =>
      random() < 0.9 ? packet : mutated(random, [packet]).subarray(0, 65_535);

    let seen = healths.length;
    let seenMs = performance.now();
    let silenceMs = 0;
    const look = setInterval(() => {
      silenceMs = Math.max(silenceMs, performance.now() - seenMs);
      if (healths.length > seen) seenMs = performance.now();
      seen = healths.length;
    }, 100);
    const wanted = IS_LONG ? 10_000 : 200;
    for (let sent = 0; sent < wanted; sent++) {
      await operator.publishAsync(`${TOPIC}/command`, mutated(random, random() < 0.01 ? [PAUSE] : COMMANDS), {
        qos: 1,
      });
      if (sent % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    clearInterval(look);
    t.equal(daemon.child.exitCode, null, 'it lives');
    t.ok(silenceMs < MOST_SILENCE_MS, `longest time between two healths ${Math.round(silenceMs)} ms`);
    t.comment(
      `${wanted} commands, ${answers} answers, ${camera.counters.requests} requests and ${camera.counters.packets} packets at the camera, seed ${SEED}`,
    );

    delete camera.mischief.reply;
    delete camera.mischief.packet;
    await until(
      async () => {
        await operator.publishAsync(`${TOPIC}/command`, '{"command":"resume","id":"last"}', { qos: 1 });
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return healths.at(-1)?.capture.state === 'watching' && streaming();
      },
      'capture and pictures as before',
      WITHIN,
    );
    await operator.endAsync(true);
    await plant.endAsync(true);
    // strace passes no signal on.
    process.kill(JSON.parse(readFileSync(join(state, 'lock'), 'utf8')).pid, 'SIGTERM');
    t.equal(await daemon.exited, 0);
    t.match(await verify(join(state, 'audit')), { ok: true }, 'the audit log is whole');
    t.notMatch(daemon.text(), /^\s+at .*:\d+:\d+\)?$/m, 'no stack trace');
    t.ok(existsSync(trace));
    const elsewhere = written(readFileSync(trace, 'utf8')).filter(
      (path) => !path.startsWith(`${state}/`) && path !== state && path !== '/dev/null',
    );
    t.same(elsewhere, [], 'nothing was written outside of the state folder');
  },
);
