import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { BINDING, findOverlay } from '../../agent/inference/overlay.ts';
import { tensorrt } from '../../agent/inference/tensorrt.ts';
import { ROOT } from '../../agent/installation.ts';

const { platform, arch } = process;
const PACKAGE = join(ROOT, 'node_modules/onnxruntime-node');
const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
const FITTING = { version, platform, arch };
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A build like the one that `deploy/jetson` makes: here npm's own binaries, in another place. */
function build(folder: string, change: Record<string, unknown> = {}): string {
  mkdirSync(folder, { recursive: true });
  const from = join(PACKAGE, 'bin/napi-v6', platform, arch);
  cpSync(from, folder, { recursive: true });
  const files = Object.fromEntries(
    readdirSync(from).map((name) => {
      chmodSync(join(folder, name), 0o644);
      return [name, sha256(join(folder, name))];
    }),
  );
  const manifest = { ...FITTING, tensorrtOptions: true, files, built: { commit: 'abc' }, ...change };
  writeFileSync(join(folder, 'onnxruntime.json'), JSON.stringify(manifest));
  return folder;
}

/** A process of its own, because a binding is loaded once. */
const detect = (folder: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { createSession } = await import('${join(ROOT, 'dist/agent/inference/session.js')}');
       const { readFileSync } = await import('node:fs');
       const bytes = readFileSync('${join(ROOT, 'models/micron-bert-edge/encoder.onnx')}');
       const session = await createSession({ name: 'encoder', bytes }, { provider: 'auto', threads: 1 });
       const maps = readFileSync('/proc/self/maps', 'latin1');
       console.log(JSON.stringify({
         provider: session.provider,
         libraries: [...new Set(maps.match(/\\/\\S+(?:onnxruntime_binding|libonnxruntime)\\S*/g))],
       }));`,
    ],
    { env: { ...process.env, MICRON_EDGE_ONNXRUNTIME: folder }, encoding: 'utf8' },
  );

t.test('a build of this box is run, and nothing of what npm installed', async (t) => {
  const folder = build(join(t.testdir(), 'onnxruntime'));
  const { stdout, stderr } = detect(folder);
  t.equal(stderr, '');
  const { provider, libraries } = JSON.parse(stdout) as { provider: string; libraries: string[] };
  t.equal(provider, 'cpu');
  t.ok(libraries.length >= 2, libraries.join(' '));
  for (const library of libraries) t.ok(library.startsWith(folder), library);
});

t.test('one that is not right stops the start instead of being passed over', async (t) => {
  const dir = t.testdir();
  const fails = (name: string, spoil: (folder: string) => void, wrong: RegExp, change = {}) => {
    const folder = build(join(dir, name), change);
    spoil(folder);
    t.throws(() => findOverlay({ MICRON_EDGE_ONNXRUNTIME: folder }, FITTING), {
      code: 'runtime-overlay',
      fault: 'environment',
      message: wrong,
    });
  };
  const nothing = () => {};
  fails('changed', (f) => writeFileSync(join(f, BINDING), 'other'), /is not the file that was built/);
  fails('open', (f) => chmodSync(join(f, BINDING), 0o666), /can be changed by others/);
  fails('older', nothing, /version 1\.2\.3, and this is/, { version: '1.2.3' });
  fails('arm64', nothing, /for arch mips/, { arch: 'mips' });
  fails('cut', (f) => writeFileSync(join(f, 'onnxruntime.json'), '{"version":'), /cannot be used/);
  fails('no binding', nothing, /onnxruntime_binding\.node is not among them/, { files: {} });
  fails('upwards', nothing, /cannot be used/, {
    files: { '../x': 'a'.repeat(64), [BINDING]: 'a'.repeat(64) },
  });
  fails('missing', nothing, /libmissing\.so is missing/, {
    files: { [BINDING]: sha256(join(dir, 'open', BINDING)), 'libmissing.so': 'a'.repeat(64) },
  });
  t.throws(() => findOverlay({ MICRON_EDGE_ONNXRUNTIME: join(dir, 'nowhere') }, FITTING), /There is no/);
  t.equal(findOverlay({}, FITTING), undefined, 'none is fine');
});

t.test(
  'options of TensorRT: half precision where the graph has it, engines kept where a cache may be',
  async (t) => {
    t.same(tensorrt(false, undefined), {
      name: 'tensorrt',
      trt_fp16_enable: '0',
      trt_layer_norm_fp32_fallback: '1',
    });
    t.match(tensorrt(true, '/var/cache/micron-edge'), {
      trt_fp16_enable: '1',
      trt_engine_cache_enable: '1',
      trt_engine_cache_path: '/var/cache/micron-edge/tensorrt',
    });
  },
);
