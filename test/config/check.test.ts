import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { check } from '../../agent/cli/check.ts';
import { errorOf, good, written } from './written.ts';

async function run(files: Record<string, string>, args: readonly string[] = [], mode?: [string, number]) {
  await using place = await written(files);
  if (mode !== undefined) await chmod(join(place.folder, mode[0]), mode[1]);
  let out = '';
  let err = '';
  const code = await check([join(place.folder, 'c.yaml'), ...args], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out: out.replaceAll(`${place.folder}/`, ''), err: err.replaceAll(`${place.folder}/`, '') };
}

const withCredentials = good(['zones:', 'credentialsFile: cam.secret\n    zones:']);

t.test('fine', async (t) => {
  t.same(await run({ 'c.yaml': good() }), {
    code: 0,
    out: 'fine: c.yaml: 1 camera, 2 zones, purpose demo in EU, open always, a window every 900 s\n',
    err: '',
  });
});

t.test('a zone too small to be released is said', async (t) => {
  t.match((await run({ 'c.yaml': good(['headCount: 6', 'headCount: 4']) })).out, /2 zones \(1 too small/);
});

t.test('--show prints YAML and nothing else', async (t) => {
  const { code, out, err } = await run({ 'c.yaml': good() }, ['--show']);
  t.equal(code, 0);
  t.match(parse(out), { node: { id: 'box' }, health: { intervalS: 10 } });
  t.match(err, /^fine: /);
});

t.test('wrong: the error goes to main, which exits with 2', async (t) => {
  const error = await errorOf(run({ 'c.yaml': 'node: 1\n' }));
  t.equal(error.fault, 'config');
});

t.test('governance refuses: 3, with the place', async (t) => {
  const { code, out, err } = await run({ 'c.yaml': good(['file:///recordings/a.mp4', 'rtsp://10.0.0.1/s']) });
  t.equal(code, 3);
  t.equal(out, '');
  t.match(err, /^refused: c\.yaml:11:10 cameras\[0\]\.url: .*\(demo-source-not-local\)\n {2}\S/);
});

t.test('a file that is not there: 4, with the place', async (t) => {
  const { code, out, err } = await run({ 'c.yaml': withCredentials });
  t.equal(code, 4);
  t.equal(out, '');
  t.match(err, /^missing: c\.yaml:12:22 cameras\[0\]\.credentialsFile: There is no secret file cam\.secret/);
});

t.test('a secret is looked at, never shown, and should be private', async (t) => {
  const files = { 'c.yaml': withCredentials, 'cam.secret': 'admin:hunter2\n' };
  const open = await run(files, ['--show'], ['cam.secret', 0o644]);
  t.equal(open.code, 0);
  t.match(
    open.err,
    /^warning: c\.yaml:12:22 cameras\[0\]\.credentialsFile: every user of this machine may read/,
  );
  t.notMatch(open.out + open.err, /hunter2/);
  t.notMatch((await run(files, [], ['cam.secret', 0o600])).err, /warning/);
  const broken = await run({ ...files, 'cam.secret': 'hunter2' }, [], ['cam.secret', 0o600]);
  t.equal(broken.code, 4);
  t.notMatch(broken.err, /hunter2/);
});

t.test('a password in the query of an address is never shown', async (t) => {
  const url = 'rtsp://127.0.0.1/s?user=admin&password=hunter2&channel=1';
  const { code, out, err } = await run({ 'c.yaml': good(['file:///recordings/a.mp4', url]) }, ['--show']);
  t.equal(code, 0);
  t.match(out, 'rtsp://127.0.0.1/s?user=***&password=***&channel=1');
  t.notMatch(out + err, /hunter2/);
  t.match(err, /^warning: c\.yaml:11:10 cameras\[0\]\.url: holds what looks like a password/);
});

t.test('certificates may be read by everybody, keys not', async (t) => {
  const tls = good(['mqtt://127.0.0.1:1883', 'mqtts://b\n  tls: {caFile: ca, certFile: cert, keyFile: key}']);
  const files = { 'c.yaml': tls, ca: 'x', cert: 'x', key: 'x' };
  for (const name of ['ca', 'cert']) t.notMatch((await run(files, [], ['key', 0o600])).err, `.${name}File`);
  t.match((await run(files, [], ['key', 0o644])).err, /mqtt\.tls\.keyFile: every user/);
});

t.test('a budget that protects nobody over a day is said to be one, with what it comes to', async (t) => {
  const errorsOf = async (aggregation: string, purpose = 'safety') => {
    const text = good(
      ['purpose: demo', `purpose: ${purpose}`],
      ['cameras:', `aggregation: {${aggregation}}\ncameras:`],
    );
    return (await run({ 'c.yaml': text })).err;
  };
  const warning = (words: string) =>
    new RegExp(`^warning: c\\.yaml:\\d+:\\d+ aggregation\\.epsilonPerDay: .*${words}`, 'm');
  t.match(await errorsOf(''), warning('epsilon 32 in a zone, a factor of 10\\^13'));
  t.match(
    await errorsOf('epsilonPerDay: 8, regions: {epsilonPerWindow: 1}'),
    warning('epsilon 8 in a zone, a factor of 2981'),
  );
  for (const fine of ['epsilonPerDay: 5', 'windowS: 28800, epsilonPerDay: 32'])
    t.notMatch(await errorsOf(fine), /epsilonPerDay/, fine);
  t.notMatch(await errorsOf('', 'demo'), /epsilonPerDay/, 'nobody real is watched');
});

t.test('a camera on its side whose picture would be squeezed is said', async (t) => {
  const errorsOf = async (keys: string) =>
    (await run({ 'c.yaml': good(['zones:', `${keys}\n    zones:`]) })).err;
  t.match(
    await errorsOf('rotate: 90'),
    /^warning: c\.yaml:\d+:\d+ cameras\[0\]\.rotate: .* 960 by 540: faces are squeezed; 540 by 960 fits/,
  );
  for (const fine of ['rotate: 180', 'rotate: 270\n    analysis: { widthPx: 540, heightPx: 960 }'])
    t.equal(await errorsOf(fine), '', fine);
});

t.test('two configurations are one too many', async (t) => {
  t.equal((await run({ 'c.yaml': good() }, ['other.yaml'])).code, 2);
});
