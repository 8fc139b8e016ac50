import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { assess } from '../../agent/cli/assess.ts';
import { audit } from '../../agent/cli/audit.ts';
import { check } from '../../agent/cli/check.ts';
import { deploy } from '../../agent/cli/deploy.ts';
import { doctor } from '../../agent/cli/doctor.ts';
import { live } from '../../agent/cli/live.ts';
import { models } from '../../agent/cli/models.ts';
import { pause, resume } from '../../agent/cli/pause.ts';
import { privacy } from '../../agent/cli/privacy.ts';
import { record } from '../../agent/cli/record.ts';
import { replay } from '../../agent/cli/replay.ts';
import { report } from '../../agent/cli/report.ts';
import { run } from '../../agent/cli/run.ts';
import { setup } from '../../agent/cli/setup.ts';
import { exitCodeOf, OperatorError } from '../../agent/domain/errors.ts';
import { ROOT } from '../../agent/installation.ts';
import type { Io } from '../../agent/main.ts';
import { freePort } from '../support/processes.ts';

/**
 * What each tool makes of what is no input for it: a sentence that an operator can act on, and an exit code other than
 * 0. What is thrown and is no `OperatorError` would be shown as a trace, and fails the test.
 */
type Command = (args: readonly string[], io: Io) => Promise<number>;

const FILM = join(ROOT, 'test/scene/plant-a.mp4');

async function sentence(command: Command, args: readonly string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const say = (more: string) => {
    text += more;
  };
  try {
    return { code: await command(args, { out: say, err: say }), text };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { code: exitCodeOf(error), text: `${text}${error.message}\n${error.remedy ?? ''}` };
  }
}

const first = (text: string) => text.trim().split('\n')[0]!;

t.test('a configuration that is none', async (t) => {
  const folder = t.testdir({ 'none.d': {}, 'empty.yaml': '', 'recording.jsonl': '{}\n' });
  const whole = readFileSync(join(ROOT, 'config/micron-edge.example.yaml'));
  writeFileSync(join(folder, 'half.yaml'), 'node:\n  id: box\nmqtt: {url: "mqtt://');
  writeFileSync(join(folder, 'cut.yaml'), whole.subarray(0, 900));
  writeFileSync(join(folder, 'noise.yaml'), Buffer.concat([Buffer.from([0xff]), randomBytes(400)]));
  const out = join(folder, 'out.jsonl');
  const takers: Record<string, (config: string) => Promise<{ code: number; text: string }>> = {
    run: (config) => sentence(run, [config]),
    check: (config) => sentence(check, [config]),
    doctor: (config) => sentence(doctor, [config]),
    pause: (config) => sentence(pause, [config]),
    resume: (config) => sentence(resume, [config]),
    live: (config) => sentence(live, ['cam', config]),
    'audit verify': (config) => sentence(audit, ['verify', config]),
    'privacy plan': (config) => sentence(privacy, ['plan', config]),
    'privacy notice': (config) => sentence(privacy, ['notice', config]),
    'deploy addresses': (config) => sentence(deploy, ['addresses', config]),
    record: (config) => sentence(record, [config, '--out', out]),
    report: (config) => sentence(report, [join(folder, 'recording.jsonl'), '--config', config]),
    replay: (config) => sentence(replay, [FILM, config]),
    assess: (config) => sentence(assess, ['cam', '--config', config]),
    'setup zones': (config) => sentence(setup, ['zones', 'cam', config]),
  };
  for (const [name, taker] of Object.entries(takers))
    for (const file of ['half.yaml', 'cut.yaml', 'noise.yaml', 'empty.yaml', 'none.d', 'nowhere.yaml']) {
      const { code, text } = await taker(join(folder, file));
      t.equal(code, 2, `${name} ${file}: ${first(text)}`);
      t.match(text, new RegExp(file.replace('.', '\\.')), 'it names the file');
    }
});

t.test('a recording that is none', async (t) => {
  const folder = t.testdir({ 'empty.mp4': '', 'text.mp4': 'this is no film', 'a-folder': {} });
  writeFileSync(join(folder, 'cut.mp4'), readFileSync(FILM).subarray(0, 30_000));
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=1', join(folder, 'sound.wav')];
  execFileSync('ffmpeg', ['-v', 'error', ...sound]);
  for (const file of ['empty.mp4', 'text.mp4', 'cut.mp4', 'sound.wav', 'a-folder'])
    for (const [name, command] of [
      ['assess', assess],
      ['replay', replay],
    ] as const) {
      const { code, text } = await sentence(command, [join(folder, file)]);
      t.not(code, 0, `${name} ${file}: ${first(text)}`);
      t.match(text, /\w{3,}.*\w{3,}/, 'it says something');
    }
});

t.test('a camera, a broker or a node that is dead', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  const config = join(folder, 'box.yaml');
  writeFileSync(
    config,
    `node: {id: box}
governance: {purpose: demo, jurisdiction: JP}
mqtt: {url: 'mqtt://127.0.0.1:${port}', baseTopic: a/b}
state: {folder: '${join(folder, 'state')}'}
cameras:
  - id: cam
    url: rtsp://127.0.0.1:${port}/x
    zones: [{id: all, headCount: 6, polygon: [[0, 0], [1, 0], [1, 1]]}]
`,
  );
  const cases: Record<string, readonly [Command, readonly string[], RegExp]> = {
    'audit verify': [audit, ['verify', config], /cannot be read \(ENOENT\)/],
    assess: [assess, ['cam', '--config', config], /unreachable/],
    live: [live, ['cam', config], /No daemon runs/],
    record: [record, [config, '--out', join(folder, 'r.jsonl'), '--seconds', '1'], /broker|message/],
    doctor: [doctor, [config, '--only', 'cameras,broker'], /fail/],
  };
  for (const [name, [command, args, says]] of Object.entries(cases)) {
    const { code, text } = await sentence(command, args);
    t.not(code, 0, name);
    t.match(text, says, first(text));
  }
});

t.test('models that are none', async (t) => {
  const folder = t.testdir({ 'no-manifest': {}, half: { 'manifest.json': '{"name": "half", "files": {' } });
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other/manifest.json'), '[]');
  for (const name of ['no-manifest', 'half', 'other']) {
    const { code, text } = await sentence(models, ['verify', join(folder, name)]);
    t.not(code, 0, first(text));
    t.match(text, name);
  }
});
