import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { listener } from '../support/listener.ts';
import { program } from '../support/processes.ts';
import { seeded } from '../support/random.ts';
import { until } from '../support/until.ts';
import { whyNoStrace } from './canary/watched.ts';
import { LONG, seedOf } from './form.ts';
import { ALLOWED, type Outcome, type Starts } from './gate/starts.ts';

const SEED = seedOf();
/** Every one of the refused cells in the long form, a different choice of them with each seed in the short one. */
const EVERY = LONG ? 1 : 40;
const skip = whyNoStrace() ?? false;

/** Calls of strace's log that reach for a network: a socket of any family but that of this machine, or a way to one. */
const reaches = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => /\b(socket|connect|bind|sendto|sendmsg)\(/.test(line) && !/AF_UNIX|UNIX-/.test(line));

t.test(
  `refused in every cell of the matrix, and no socket is opened, seed ${SEED}`,
  { skip, timeout: LONG ? 1_500_000 : 120_000 },
  async (t) => {
    const folder = t.testdir();
    await using camera = await listener('127.0.0.1');
    await using broker = await listener('127.0.0.1');
    const starts: Starts = {
      folder,
      config: {
        node: { id: 'box-1' },
        mqtt: { url: `mqtt://127.0.0.1:${broker.port}`, baseTopic: 'acme' },
        state: { folder: join(folder, 'state') },
        // So many refusals in the same minute are more than one file takes.
        audit: { fileKb: 4096 },
        cameras: [
          {
            id: 'cam',
            zones: [{ id: 'press', polygon: [[0, 0], [1, 0], [1, 1]], headCount: 6 }], // biome-ignore format: one line
          },
        ],
      },
      urls: {
        local: `rtsp://127.0.0.1:${camera.port}/stream`,
        // To this software 127.1 is a name like any other; the system takes it for 127.0.0.1.
        remote: `rtsp://127.1:${camera.port}/stream`,
      },
      today: new Date().toISOString(),
      every: EVERY,
      from: Math.floor(seeded(SEED)() * EVERY),
    };
    const log = join(folder, 'strace');
    const calls = '?socket,?connect,?bind,?sendto,?sendmsg,?write,?execve';
    await using daemon = program('strace', [
      ...['-f', '-yy', '-q', '--seccomp-bpf', '-s', '64', '-e', `trace=${calls}`, '-o', log],
      ...[process.execPath, join(ROOT, 'dist/test/attacks/gate/starts.js'), JSON.stringify(starts)],
    ]);
    await until(
      () => daemon.stdout.includes(ALLOWED) || daemon.child.exitCode !== null,
      'the end of the refusals',
      { withinMs: LONG ? 1_400_000 : 90_000 },
    );
    t.same([camera.connections, broker.connections], [0, 0], 'nobody came');

    const outcomes = daemon.stdout
      .slice(0, daemon.stdout.indexOf(ALLOWED))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome);
    const wrong = outcomes.filter(
      ({ cell, exitCode, words }) =>
        exitCode !== 3 || cell.refused.some((code) => !words.includes(`${code}: `)),
    );
    t.same(wrong.slice(0, 3), [], 'each is exit code 3 and names every reason');
    const codes = new Set(outcomes.flatMap(({ cell }) => cell.refused));
    t.equal(codes.size, 8, [...codes].join(', '));
    t.comment(`${outcomes.length} refusals`);

    await until(
      () => camera.connections > 0 && broker.connections > 0,
      'connections of one that is allowed',
      {
        withinMs: 60_000,
      },
    );
    for (const pid of execFileSync('pgrep', ['-P', String(daemon.child.pid)], { encoding: 'utf8' }).split(
      '\n',
    ))
      if (pid !== '') process.kill(Number(pid), 'SIGTERM');
    await daemon.exited;
    const text = readFileSync(log, 'latin1');
    const end = text.indexOf('now one that is allowed');
    t.ok(end > 0);
    t.same(reaches(text.slice(0, end)), [], 'no process reached for the network');
    t.ok(reaches(text.slice(end)).length > 0, 'and one that is allowed is seen to');
    const audit = await verify(join(folder, 'state/audit'));
    t.ok(audit.ok && audit.entries > outcomes.length, 'every refusal is in the audit log');
  },
);
