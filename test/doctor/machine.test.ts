import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { clock } from '../../agent/doctor/clock.ts';
import { devices } from '../../agent/doctor/devices.ts';
import { disk } from '../../agent/doctor/disk.ts';
import type { Finding } from '../../agent/doctor/finding.ts';
import { type Machine, thisMachine } from '../../agent/doctor/machine.ts';
import { memory } from '../../agent/doctor/memory.ts';
import { power } from '../../agent/doctor/power.ts';
import { judged, relativeError } from '../../agent/doctor/provider.ts';
import { software } from '../../agent/doctor/software.ts';

/** A machine of these files, on which these programs say this. */
function machine(
  root: string,
  files: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>> = {},
): Machine {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return { ...thisMachine(root, {}), run: async (program) => programs[program] };
}

const ORIN = {
  'proc/device-tree/compatible': 'nvidia,p3768-0000+p3767-0005\0nvidia,tegra234\0',
  'proc/device-tree/model': 'NVIDIA Jetson Orin Nano Developer Kit\0',
  'etc/nv_tegra_release': '# R36 (release), REVISION: 4.3, GCID: 1, BOARD: generic\n',
};
const states = (findings: readonly Finding[]) => findings.map(({ what, state }) => `${what} ${state}`);
const of = (findings: readonly Finding[], what: string) => findings.find((each) => each.what === what);

t.test('the board and what runs on it', async (t) => {
  const orin = await software(machine(t.testdir(), ORIN), '22.1.0');
  t.same(states(orin), ['Node.js ok', 'board ok']);
  t.match(orin[1]!.found, 'NVIDIA Jetson Orin Nano Developer Kit, L4T 36.4');
  const old = { ...ORIN, 'etc/nv_tegra_release': '# R35 (release), REVISION: 4.1\n' };
  t.same(states(await software(machine(join(t.testdirName, 'old'), old), '18.2.0')), [
    'Node.js fail',
    'board warn',
  ]);
  t.same(states(await software(machine(join(t.testdirName, 'pc'), {}), '20.0.0')), ['Node.js ok']);
});

t.test('GPU and decoder, and whether the service may use them', async (t) => {
  const nodes = { 'dev/nvmap': '', 'dev/nvgpu/igpu0/ctrl': '', 'dev/v4l2-nvdec': '' };
  const group = 'root:x:0:\nvideo:x:44:someone\nrender:x:105:\n';
  const dropIn = 'etc/systemd/system/micron-edge.service.d/gpu.conf';
  const at = (name: string, files: Record<string, string>) =>
    devices(machine(join(t.testdir(), name), { ...ORIN, 'etc/group': group, ...files }));
  const well = await at('well', { ...nodes, [dropIn]: '[Service]\nSupplementaryGroups=video render\n' });
  t.same(states(well), ['memory ok', 'GPU ok', 'decoder ok', 'unit ok']);
  t.equal(of(well, 'GPU')!.found, '/dev/nvgpu/igpu0/ctrl');
  const half = await at('half', { 'dev/nvmap': '', [dropIn]: '[Service]\nSupplementaryGroups=video\n' });
  t.same(states(half), ['memory ok', 'GPU warn', 'decoder warn', 'unit fail']);
  t.match(of(half, 'unit')!.found, 'not in render');
  const member = { 'etc/group': 'video:x:44:micron-edge\nrender:x:105:a,micron-edge\n', [dropIn]: '' };
  t.equal(of(await at('member', member), 'unit')!.state, 'ok');
  t.match(of(await at('hidden', nodes), 'unit'), { state: 'warn', fix: /gpu\.conf/ });
  t.same(await devices(machine(join(t.testdirName, 'pc'), {})), [], 'nothing to say on other machines');
});

t.test('power mode, clocks and heat of a Jetson', async (t) => {
  const cpu = 'sys/devices/system/cpu/cpu0/cpufreq';
  const files = {
    ...ORIN,
    [`${cpu}/scaling_governor`]: 'schedutil\n',
    [`${cpu}/scaling_min_freq`]: '1510400\n',
    [`${cpu}/scaling_max_freq`]: '1510400\n',
    'sys/class/thermal/thermal_zone0/temp': '61500\n',
  };
  const at = (name: string, mode: string, more = {}) =>
    power(
      machine(join(t.testdir(), name), { ...files, ...more }, { nvpmodel: `NV Power Mode: ${mode}\n0\n` }),
    );
  const full = await at('full', 'MAXN_SUPER');
  t.same(states(full), ['temperature ok', 'power mode ok', 'processor clock ok']);
  t.match(of(full, 'processor clock')!.found, 'held by jetson_clocks');
  const saving = await at('saving', '15W', {
    'sys/class/thermal/thermal_zone0/temp': '91000\n',
    [`${cpu}/scaling_min_freq`]: '729600\n',
  });
  t.same(states(saving), ['temperature warn', 'power mode warn', 'processor clock ok']);
  t.equal(of(saving, 'processor clock')!.found, 'schedutil');
  t.match(states(await power(machine(join(t.testdirName, 'mute'), files))), [
    'temperature ok',
    'power mode warn',
  ]);
  t.same(await power(machine(join(t.testdirName, 'pc'), {})), []);
});

t.test('memory, and swap that could keep a picture', async (t) => {
  const at = (name: string, mb: number, swaps: string) =>
    memory(
      machine(join(t.testdir(), name), {
        'proc/meminfo': `MemTotal: 1 kB\nMemAvailable: ${mb * 1000} kB\n`,
        'proc/swaps': `Filename Type\n${swaps}`,
      }),
      4,
    );
  t.same(states(await at('well', 4000, '/dev/zram0 partition 1 0 5\n')), ['available ok', 'swap ok']);
  t.same(states(await at('poor', 400, '/swapfile file 1 0 -2\n')), ['available fail', 'swap warn']);
  t.same(states(await memory(machine(join(t.testdirName, 'none'), {}), 1)), ['available warn', 'swap ok']);
});

t.test('a clock that somebody keeps right', async (t) => {
  const at = (said: string | undefined, files = {}, now = '2026-11-24T06:00:00Z') =>
    clock({
      ...machine(join(t.testdir(), 'clock'), files, said === undefined ? {} : { timedatectl: said }),
      now: () => new Date(now),
    });
  t.same(states(await at('yes\n')), ['time ok', 'synchronised ok']);
  t.same(states(await at('no\n')), ['time ok', 'synchronised warn']);
  t.same(states(await at(undefined)), ['time ok', 'synchronised warn']);
  t.same(states(await at('no\n', {}, '1970-01-02T00:00:00Z')), ['time fail', 'synchronised warn']);
  t.same(states(await at(undefined, { 'run/systemd/timesync/synchronized': '' })), [
    'time ok',
    'synchronised ok',
  ]);
});

t.test('the disk of ledger and audit log', async (t) => {
  const folder = join(t.testdir(), 'state');
  t.match(states(await disk(folder)).slice(0, 2), ['state ok', 'space ok']);
  mkdirSync(folder, { mode: 0o700 });
  const well = await disk(folder);
  t.equal(of(well, 'fsync')!.state === 'fail', false);
  t.notOk(existsSync(join(folder, `.micron-edge-doctor-${process.pid}`)), 'nothing is left there');
  chmodSync(folder, 0o755);
  t.match(of(await disk(folder), 'state'), { state: 'warn', fix: /chmod 0700/ });
  t.match(await disk(join(folder, 'not/there')), [{ state: 'fail', fix: /install -d -m 0700/ }]);
  if (existsSync('/dev/shm')) t.match(of(await disk('/dev/shm'), 'medium'), { state: 'warn' });
});

t.test('outputs are judged by how far they are from those of the CPU', async (t) => {
  const ones = Float32Array.of(1, 1, 1, 1);
  t.equal(relativeError(ones, ones), 0);
  t.equal(relativeError(Float32Array.of(1, 1, 1, 3), ones), 1);
  t.equal(judged('tensorrt', new Map([['encoder', 0.001]])).state, 'ok');
  t.equal(judged('tensorrt', new Map([['encoder', 0.03]])).state, 'warn');
  t.equal(judged('tensorrt', new Map([['encoder', 0.2]])).state, 'fail');
  t.equal(judged('tensorrt', new Map([['encoder', Number.NaN]])).state, 'fail');
});
