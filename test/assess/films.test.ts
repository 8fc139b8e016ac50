import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { assessmentSchema, type Verdict } from '../../agent/assess/assessment.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { agent, freePort } from '../support/processes.ts';

const SCENE = join(ROOT, 'test/scene/plant-a.mp4');
const REAL = join(ROOT, '../shared/data/real/clips');
/** `npm run test:assess` looks at all of it. */
const isLong = process.env.MICRON_EDGE_ASSESS === 'long';
/** Media time of the excerpts. */
const SECONDS = 3;

function film(folder: string, name: string, filter: string, quality = '23'): string {
  const path = join(folder, `${name}.mp4`);
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', quality];
  execFileSync('ffmpeg', ['-v', 'error', '-t', String(SECONDS), '-i', SCENE, '-vf', filter, ...coding, path]);
  return path;
}

async function assessed(t: Test, source: string, ...more: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'assess-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [json, page] = [join(folder, 'a.json'), join(folder, 'a.html')];
  await using program = agent(['assess', source, '--json', json, '--html', page, ...more]);
  t.equal(await program.exited, 0, program.stderr);
  const result = assessmentSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
  const of = (name: string): Verdict | undefined =>
    result.requirements.find((each) => each.name === name)?.verdict;
  return { result, of, text: program.stdout, html: readFileSync(page, 'utf8') };
}

t.test('the synthetic scene at three rates and three sizes', async (t) => {
  const folder = t.testdir();
  const cases: readonly (readonly [string, string, string, Verdict])[] = [
    ['30 pictures/s', 'fps=30', 'frame rate', 'good'],
    ['15 pictures/s', 'fps=15', 'frame rate', 'weak'],
    ['10 pictures/s', 'fps=10', 'frame rate', 'bad'],
    ['faces of 88 px', 'scale=480:270', 'face height', 'weak'],
    ['faces of 44 px', 'scale=240:136', 'face height', 'bad'],
  ];
  const short = ['15 pictures/s', 'faces of 44 px'];
  for (const [what, filter, name, verdict] of cases) {
    if (!isLong && !short.includes(what)) continue;
    const { of, text, result } = await assessed(t, film(folder, filter.replace(/\W/g, ''), filter));
    t.equal(of(name), verdict, `${what}: ${name} ${verdict}`);
    t.equal(result.verdict === 'bad', verdict === 'bad', `${what}: over all ${result.verdict}`);
    if (verdict === 'bad') t.match(text, /Not as it is: what is marked NO/);
  }
});

t.test('a picture without faces, and one that is black', async (t) => {
  const folder = t.testdir();
  const empty = await assessed(t, film(folder, 'wall', 'crop=200:120:0:0'));
  t.equal(empty.result.verdict, 'unknown', 'nobody there: nothing is known');
  t.match(empty.text, /Assess while people work there/);
  t.equal(empty.result.plots.faceHeightPx, undefined);
  t.equal(empty.result.faceTime, undefined);
});

t.test(
  'a coarse codec is told from a fine one',
  { skip: isLong ? false : 'npm run test:assess' },
  async (t) => {
    const { of, text } = await assessed(t, film(t.testdir(), 'coarse', 'null', '44'));
    t.match(of('codec'), /weak|bad/);
    t.match(text, /Raise the bit rate to/);
  },
);

t.test('the report says nothing of single people, and shows no picture', async (t) => {
  const { of, result, html } = await assessed(t, film(t.testdir(), 'plain', 'null'));
  t.equal(of('face height'), 'good', 'the scene as it is');
  t.equal(of('sharpness'), 'good');
  t.notMatch(html, /<img|<script|http:|https:|url\(/);
  t.match(html, /Content-Security-Policy/);
  for (const plot of Object.values(result.plots))
    if (!Array.isArray(plot) && plot !== undefined)
      t.ok(
        plot.shares.every((share) => Math.abs(100 * share - Math.round(100 * share)) < 1e-9),
        plot.unit,
      );
  t.notMatch(JSON.stringify(result), /track|people|count"/);
});

t.test('a camera over RTSP, with a password', async (t) => {
  const folder = t.testdir();
  await using camera = await TestCamera.start({
    file: SCENE,
    user: 'eye',
    password: 'p@ss:w0rd',
    auth: 'digest',
  });
  writeFileSync(join(folder, 'camera'), 'eye:p@ss:w0rd\n', { mode: 0o600 });
  writeFileSync(join(folder, 'c.yaml'), CONFIG.replace('STATE', join(folder, 'state')));
  const options = [
    '--config',
    join(folder, 'c.yaml'),
    '--credentials',
    join(folder, 'camera'),
    '--minutes',
    '0.1',
  ];
  const { of, text, result, html } = await assessed(t, camera.url, ...options);
  t.equal(of('frame rate'), 'good', `also where this machine leaves pictures out: ${text}`);
  t.ok(of('latency') !== undefined, 'latency is judged where there is one');
  t.notMatch(text + html + JSON.stringify(result), /w0rd/);
  await using audit = agent(['audit', 'show', join(folder, 'c.yaml')]);
  await audit.exited;
  t.match(audit.text(), /assessment/, 'it is in the audit log');
  await using pause = agent(['pause', join(folder, 'c.yaml')]);
  await pause.exited;
  await using refused = agent(['assess', camera.url, ...options]);
  t.equal(await refused.exited, 3, 'not while paused');
  t.match(refused.stderr, /No camera may be connected now \(paused\)/);
});

t.test('mistakes end in a sentence', async (t) => {
  const folder = t.testdir({ 'text.mp4': 'this is no film' });
  const config = join(folder, 'c.yaml');
  writeFileSync(config, CONFIG.replace('STATE', join(folder, 'state')));
  const prohibited = join(folder, 'p.yaml');
  writeFileSync(
    prohibited,
    CONFIG.replace('STATE', join(folder, 'state')).replace('purpose: demo', 'purpose: safety'),
  );
  const dead = `rtsp://127.0.0.1:${await freePort()}/x`;
  for (const [args, code, words] of [
    [['nothing-there', '--config', config], 2, /no recording, and no camera/],
    [[join(folder, 'text.mp4')], 2, /no video that can be assessed/],
    [[dead, '--config', config], 2, /The camera has no video that can be assessed \(unreachable\)/],
    [['rtsp://eye:secret@127.0.0.1/x', '--config', config], 2, /No user or password in the address/],
    [[dead, '--config', prohibited], 3, /Not allowed to start/],
    [[SCENE, '--minutes', 'many'], 2, /--minutes takes/],
    [[], 2, /Name one recording/],
  ] as const) {
    await using program = agent(['assess', ...args]);
    t.equal(await program.exited, code, program.stderr);
    t.match(program.stderr, words);
    t.notMatch(program.text(), /\n\s+at |secret/);
  }
});

t.test(
  'real clips of signing people',
  {
    skip: !existsSync(REAL) ? 'needs ../shared/data/real' : isLong ? false : 'npm run test:assess',
  },
  async (t) => {
    for (const name of readdirSync(REAL).filter((each) => /asl-(help|eat)/.test(each))) {
      const { of, result } = await assessed(t, join(REAL, name));
      t.equal(of('frame rate'), 'good', name);
      t.match(of('face height'), /weak|bad/, `${name}: faces of 54 to 82 px are small`);
      t.not(result.verdict, 'good', name);
    }
    const { result } = await assessed(t, join(REAL, 'bottle-detection.mp4'), '--minutes', '0.2');
    t.not(result.verdict, 'good', 'nobody is in this one');
    t.ok(result.requirements.some(({ name }) => name === 'faces'));
  },
);

const CONFIG = `node: { id: box }
governance: { purpose: demo, jurisdiction: EU }
state: { folder: STATE }
mqtt: { url: mqtt://127.0.0.1:1, baseTopic: a }
cameras:
  - id: cam
    url: rtsp://127.0.0.1:1/x
    zones: [{ id: z, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], headCount: 6 }]
`;
