import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { agent, freePort } from '../support/processes.ts';

const SCENE = join(ROOT, 'test/scene/plant-a.mp4');
const flags = (out: string, ...cameras: string[]) => [
  'setup',
  ...['--out', out, '--node', 'press-shop-2', '--purpose', 'demo', '--jurisdiction', 'EU'],
  ...['--broker', 'mqtt://127.0.0.1:1883', '--topic', 'acme/leipzig', '--head-count', '7'],
  ...cameras.flatMap((camera) => ['--camera', camera]),
];

t.test('a configuration by flags, with what the camera sends', async (t) => {
  const folder = t.testdir();
  const out = join(folder, 'c.yaml');
  const secret = join(folder, 'eye');
  writeFileSync(secret, 'eye:p@ss:w0rd\n', { mode: 0o600 });
  await using camera = await TestCamera.start({
    file: SCENE,
    user: 'eye',
    password: 'p@ss:w0rd',
    auth: 'digest',
  });
  const dead = `rtsp://127.0.0.1:${await freePort()}/x`;
  await using made = agent(flags(out, `front=${camera.url},${secret}`, `back=${dead}`));
  t.equal(await made.exited, 0, made.stderr);
  t.match(made.stderr, /front: h264, 960 x 540/);
  t.match(made.stderr, /back: not reached \(unreachable\)/);
  const text = readFileSync(out, 'utf8');
  t.notMatch(text + made.text(), /w0rd/);
  t.match(text, /# The camera sends 960 x 540 \(h264\)/);
  const { config } = await loadConfig(out);
  t.match(config, {
    node: { id: 'press-shop-2' },
    cameras: [
      { id: 'front', analysis: { widthPx: 960, heightPx: 540 }, zones: [{ id: 'front-zone', headCount: 7 }] },
      { id: 'back' },
    ],
  });
  await using check = agent(['check', out]);
  t.equal(await check.exited, 0, check.text());

  writeFileSync(out, `${text}# by hand\n`);
  await using again = agent(flags(out, `front=${camera.url},${secret}`));
  t.equal(await again.exited, 2, 'a file that is there stays as it is');
  t.match(again.stdout, /^-# by hand$/m, 'and what would change is shown');
  t.match(readFileSync(out, 'utf8'), /# by hand/);
  await using forced = agent([...flags(out, `front=${camera.url},${secret}`), '--yes']);
  t.equal(await forced.exited, 0, forced.stderr);
  t.notMatch(readFileSync(out, 'utf8'), /# by hand/);
});

t.test('mistakes end in a sentence, and nothing is written', async (t) => {
  const out = join(t.testdir(), 'c.yaml');
  const good = flags(out, 'a=file:///recordings/a.mp4');
  const changed = (flag: string, value: string) => {
    const at = good.indexOf(flag);
    return [...good.slice(0, at + 1), value, ...good.slice(at + 2)];
  };
  for (const [args, words] of [
    [good.filter((each, i) => each !== '--node' && good[i - 1] !== '--node'), /Say it with --node/],
    [flags(out), /Not known: which cameras/],
    [changed('--purpose', 'curiosity'), /one of these four/],
    [changed('--broker', 'mqtt://user:pass@x'), /without a password/],
    [changed('--camera', 'a=rtsp://user:secret@x/y'), /no user or password in the address/],
    [changed('--camera', 'a=not an address'), /an rtsp:\/\/, rtsps:\/\/ or file:\/\/ address/],
    [changed('--topic', 'a//b#'), /This makes no configuration/],
  ] as const) {
    await using program = agent(args);
    t.equal(await program.exited, 2, program.text());
    t.match(program.stderr, words);
    t.notMatch(program.text(), /secret|\n\s+at /);
    t.notOk(existsSync(out));
  }
});
