import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { findOverlay } from '../../agent/inference/overlay.ts';
import { ROOT } from '../../agent/installation.ts';

const FOLDER = join(ROOT, 'deploy/jetson');
const PATCH = join(FOLDER, 'tensorrt-options.patch');
const script = readFileSync(join(FOLDER, 'build.sh'), 'utf8');

/** What `build.sh` says on a machine of which these files are shown to it. */
function build(args: readonly string[], root: string, path = process.env.PATH) {
  const { status, stdout, stderr } = spawnSync(join(FOLDER, 'build.sh'), [...args], {
    env: { ...process.env, PATH: path, HOME: root, XDG_CACHE_HOME: '', MICRON_EDGE_BOARD_ROOT: root },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

/** The files of a box, as L4T 36.4 has them on an Orin; `change` replaces some. */
function board(root: string, change: Readonly<Record<string, string | undefined>> = {}): string {
  const files: Record<string, string | undefined> = {
    'proc/device-tree/compatible': 'nvidia,p3768-0000+p3767-0005\0nvidia,tegra234\0',
    'proc/meminfo': 'MemTotal:        7802508 kB\nMemFree: 1 kB\n',
    'proc/swaps':
      'Filename Type Size Used Priority\n/dev/zram0 partition 3901252 0 5\n/swap file 16777216 0 -2\n',
    'etc/nv_tegra_release': '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64\n',
    'usr/local/cuda/version.json':
      '{"cuda": {"name": "CUDA SDK", "version": "12.6.68"},\n "nvcc": {"version": "1"}}',
    'usr/local/cuda/bin/nvcc': '',
    'usr/include/aarch64-linux-gnu/NvInferVersion.h':
      '#define NV_TENSORRT_MAJOR 10 //!< x\n#define NV_TENSORRT_MINOR 3\n#define NV_TENSORRT_PATCH 0\n',
    'usr/include/aarch64-linux-gnu/cudnn.h': '',
    'bin/micron-edge': '',
    // A build that was begun: whatever is left of this machine's disk.
    '.cache/micron-edge-onnxruntime/build/x': '',
    ...change,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
    chmodSync(join(root, name), 0o755);
  }
  return root;
}
const check = (root: string) => build(['--check'], root, `${root}/bin:${process.env.PATH}`);

t.test('it builds the version that the lock file pins', async (t) => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const { version } = lock.packages['node_modules/onnxruntime-node']!;
  t.match(script, `VERSION=${version}\n`);
});

t.test(
  'shellcheck has nothing against the scripts',
  { skip: spawnSync('shellcheck', ['--version']).error ? 'no shellcheck here' : false },
  async (t) => {
    const { status, stdout } = spawnSync('shellcheck', ['-x', 'build.sh', 'board.sh'], {
      cwd: FOLDER,
      encoding: 'utf8',
    });
    t.equal(status, 0, stdout);
  },
);

t.test('the patch applies to what it says that it changes, once, and can be taken back', async (t) => {
  const folder = t.testdir();
  const hunk = readFileSync(PATCH, 'utf8').split(/^@@.*\n/m)[1]!;
  const lines = hunk.split('\n').filter((line) => /^[ -]/.test(line));
  const file = join(folder, 'js/node/src/session_options_helper.cc');
  mkdirSync(dirname(file), { recursive: true });
  const before = ['// before', ...lines.map((line) => line.slice(1)), '// after', ''].join('\n');
  writeFileSync(file, before);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  git('init', '-q');
  git('apply', PATCH);
  t.match(readFileSync(file, 'utf8'), /UpdateTensorRTProviderOptions/);
  t.throws(() => git('apply', '--check', PATCH), 'not twice');
  git('apply', '--reverse', PATCH);
  t.equal(readFileSync(file, 'utf8'), before);
});

t.test('arguments that cannot be right: a sentence, and exit code 2', async (t) => {
  for (const [args, wrong] of [
    [['--fast'], /unknown argument "--fast"/],
    [['--jobs'], /--jobs needs a value/],
    [['--jobs', '0'], /--jobs 0 is not a number from 1 to 99/],
    [['--out', 'here'], /here is not an absolute path/],
  ] as const) {
    const { status, said } = build(args, t.testdir());
    t.equal(status, 2);
    t.match(said, wrong);
  }
  t.equal(build(['--help'], t.testdir()).status, 0);
});

t.test('what the box is, and what it lacks', async (t) => {
  const dir = t.testdir();
  const orin = check(board(join(dir, 'orin')));
  t.equal(orin.status, 0, orin.said);
  for (const line of [
    'fine:    nvidia,p3768-0000+p3767-0005, CUDA architecture 87',
    'fine:    L4T 36.4.3',
    'fine:    CUDA 12.6.68',
    'fine:    TensorRT 10.3.0',
    'fine:    8 GB of memory and 17 GB of swap on disk',
  ])
    t.match(orin.said, line);

  const thor = check(
    board(join(dir, 'thor'), {
      'proc/device-tree/compatible': 'nvidia,p4071\0nvidia,tegra264\0',
      'usr/include/aarch64-linux-gnu/NvInferVersion.h':
        '#define TRT_MAJOR_ENTERPRISE 10\n#define TRT_MINOR_ENTERPRISE 13\n#define TRT_PATCH_ENTERPRISE 3\n#define NV_TENSORRT_MAJOR TRT_MAJOR_ENTERPRISE //!< x\n',
    }),
  );
  t.match(thor.said, 'CUDA architecture 110');
  t.match(thor.said, 'TensorRT 10.13.3');

  for (const [name, change, wrong] of [
    ['xavier', { 'proc/device-tree/compatible': 'nvidia,tegra194\0' }, /older Jetson/],
    ['jp5', { 'etc/nv_tegra_release': '# R35 (release), REVISION: 4.1, x\n' }, /L4T 35\.4\.1 is too old/],
    ['jp60', { 'etc/nv_tegra_release': '# R36 (release), REVISION: 3.0, x\n' }, /L4T 36\.3\.0 is too old/],
    [
      'no-swap',
      { 'proc/swaps': 'Filename Type\n/dev/zram0 partition 16777216 0 5\n' },
      /8 GB of memory and 0 GB/,
    ],
    [
      'trt8',
      {
        'usr/include/aarch64-linux-gnu/NvInferVersion.h':
          '#define NV_TENSORRT_MAJOR 8\n#define NV_TENSORRT_MINOR 6\n#define NV_TENSORRT_PATCH 2\n',
      },
      /TensorRT 8\.6\.2 is too old/,
    ],
    ['runtime only', { 'usr/local/cuda/bin/nvcc': undefined }, /no CUDA compiler/],
  ] as const) {
    const { status, said } = check(board(join(dir, name), change));
    t.equal(status, 4, name);
    t.match(said, wrong);
  }
});

t.test('the dry run tells the whole way, anywhere', async (t) => {
  const { status, said } = build(
    ['--dry-run', '--jobs', '3', '--out', '/opt/ort'],
    board(t.testdir(), { 'proc/device-tree/compatible': undefined }),
  );
  t.equal(status, 0);
  for (const line of [
    'build: it would end here with 4',
    /build\.py .*--parallel 3 .*--build_nodejs .*--use_tensorrt .*CMAKE_CUDA_ARCHITECTURES=87/,
    /doctor --only provider --provider tensorrt/,
    'mv -T /opt/ort.new /opt/ort',
  ])
    t.match(said, line);
});

t.test('what the script writes beside a build is what the daemon reads', async (t) => {
  const folder = t.testdir();
  const { platform, arch } = process;
  cpSync(join(ROOT, 'node_modules/onnxruntime-node/bin/napi-v6', platform, arch), folder, {
    recursive: true,
  });
  execFileSync(process.execPath, [
    join(FOLDER, 'manifest.mjs'),
    folder,
    '1.30.0',
    arch,
    'l4t=36.4.3',
    'cuda=12=6',
  ]);
  t.same(findOverlay({ MICRON_EDGE_ONNXRUNTIME: folder }, { version: '1.30.0', platform, arch }), {
    folder,
    tensorrtOptions: true,
    built: { l4t: '36.4.3', cuda: '12=6' },
  });
});
