import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { agent } from '../support/processes.ts';

const FILM = join(ROOT, 'test/scene/plant-a.mp4');
const TRUTH = join(ROOT, 'test/scene/plant-a.json');
const SECONDS = 5;
const FRAMES = SECONDS * 25;

const run = async (...args: readonly string[]) => {
  await using command = agent(['replay', ...args]);
  const exit = await command.exited;
  return { exit, out: command.stdout, err: command.stderr };
};

t.test('the first seconds of a film, evaluated twice, give the same table, JSON and scores', async (t) => {
  const folder = t.testdir();
  const film = join(folder, 'short.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-i', FILM, '-t', String(SECONDS), '-c', 'copy', film]);
  const evaluated = async (name: string) => {
    const [json, scores] = [join(folder, `${name}.json`), join(folder, `${name}.csv`)];
    const result = await run(film, '--evaluate', TRUTH, '--json', json, '--scores', scores);
    t.equal(result.exit, 0, result.err);
    return { table: result.out, json: readFileSync(json, 'utf8'), scores: readFileSync(scores, 'utf8') };
  };
  const first = await evaluated('first');
  const second = await evaluated('second');
  t.ok(first.table === second.table, 'the same table');
  t.ok(first.json === second.json, 'the same JSON');
  t.ok(first.scores === second.scores, 'the same scores');

  for (const name of [
    'spotting F1',
    'label UF1',
    'STRS',
    'without a micro-expression',
    'slots with the right label',
  ])
    t.match(first.table, new RegExp(`^${name} +(-|\\d+\\.\\d+)`, 'm'), name);
  t.match(first.table, `short.mp4 against plant-a.json: ${FRAMES} frames, 5.0 s, 2 people`);

  const result = JSON.parse(first.json);
  t.match(result, {
    schema: 'micron-edge/evaluation/1',
    recording: 'short.mp4',
    zones: ['press-line'],
    frames: FRAMES,
    seconds: SECONDS,
    people: 2,
    faces: { tracks: 2, tracksOfNobody: 0 },
    // a1 smiles from frame 62 to 73; nothing else of the film is over by then.
    spotting: { truth: 1 },
    occurrences: [{ person: 'a1', label: 'positive', onsetFrame: 62, apexFrame: 66, offsetFrame: 73 }],
  });
  t.ok(result.faces.minutesWatched > 0.6 * result.faces.minutesInZones, 'most of the film was watched');

  const [head, ...lines] = first.scores.trimEnd().split('\r\n');
  t.equal(head, 'frame,ptsMs,track,score,z');
  t.ok(lines.length > FRAMES, `${lines.length} scores of two faces`);
  for (const line of lines) if (!/^\d+,\d+(\.\d+)?,\d+(,-?[\d.]+(e-?\d+)?){2}$/.test(line)) t.fail(line);
});

t.test('mistakes end before the recording is played, with exit code 2', async (t) => {
  const folder = t.testdir();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const truth = JSON.parse(readFileSync(TRUTH, 'utf8'));
  truth.people[1].events[0].kind = 'yawn';
  const wrong = file('wrong.json', JSON.stringify(truth));
  const cases: readonly (readonly [name: string, said: RegExp, args: readonly string[]])[] = [
    [
      'a wrong truth',
      /wrong\.json is not a ground truth:\npeople\[1\]\.events\[0\]\.kind: /,
      ['--evaluate', wrong],
    ],
    ['no JSON', /film\.json is not a ground truth:\nnot JSON/, ['--evaluate', file('film.json', '-')]],
    ['no truth', /nothing\.json cannot be read \(ENOENT\)/, ['--evaluate', join(folder, 'nothing.json')]],
    [
      'nowhere to write',
      /a\.json cannot be written \(ENOENT\)/,
      ['--evaluate', TRUTH, '--json', join(folder, 'no/a.json')],
    ],
    ['scores of nothing', /Usage: /, ['--scores', join(folder, 'a.csv')]],
  ];
  for (const [name, said, args] of cases) {
    const { exit, out, err } = await run(FILM, ...args);
    t.equal(exit, 2, name);
    t.match(err, said, name);
    t.equal(out, '', name);
    t.notMatch(err, /^\s+at .*:\d+:\d+/m, `${name}: no stack trace`);
  }
});
