import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { allowList } from '../../agent/deploy/allow-list.ts';
import { ROOT } from '../../agent/installation.ts';
import { writeConfig } from '../support/plant.ts';

const UNITS = join(ROOT, 'deploy/systemd');

/** What systemd says about the unit with these drop-ins: exposure from 0 (none) to 10. */
function exposure(folder: string, dropIns: Readonly<Record<string, string>>): number {
  const units = join(folder, 'etc/systemd/system');
  mkdirSync(join(units, 'micron-edge.service.d'), { recursive: true });
  copyFileSync(join(UNITS, 'micron-edge.service'), join(units, 'micron-edge.service'));
  for (const [name, text] of Object.entries(dropIns))
    writeFileSync(join(units, 'micron-edge.service.d', name), text);
  const report = execFileSync(
    'systemd-analyze',
    ['security', '--offline=true', `--root=${folder}`, '--no-pager', 'micron-edge.service'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return Number(/Overall exposure level for micron-edge.service: ([\d.]+)/.exec(report)?.[1]);
}

t.test('the sandbox is as tight as it can be, with the addresses of a plant in it', async (t) => {
  const { config } = await loadConfig(
    writeConfig(t.testdir(), { camera: 'rtsp://127.0.0.1/a', broker: 'mqtts://broker.example:8883' }),
  );
  const addresses = await allowList(config, async () => ['10.1.2.3'], 'nameserver 10.1.2.1\n');
  const gpu = readFileSync(join(UNITS, 'gpu.conf'), 'utf8');
  const cases: [string, Record<string, string>, number][] = [
    ['cpu', { 'addresses.conf': addresses }, 1.5],
    ['gpu', { 'addresses.conf': addresses, 'gpu.conf': gpu }, 2.0],
  ];
  for (const [name, dropIns, most] of cases) {
    const found = exposure(t.testdir(), dropIns);
    t.ok(found > 0 && found <= most, `${name}: ${found}, at most ${most}`);
  }
  const open = exposure(t.testdir(), {
    'open.conf': '[Service]\nUser=root\nNoNewPrivileges=no\nProtectSystem=no\n',
  });
  t.ok(open > 1.5, `a hole is seen: ${open}`);
});

t.test('what the unit says and what the daemon needs of it', async (t) => {
  const unit = readFileSync(join(UNITS, 'micron-edge.service'), 'utf8');
  // 0 would still hand a dump to a program named in core_pattern (core(5)).
  for (const line of [
    'LimitCORE=1',
    'MemorySwapMax=0',
    'IPAddressDeny=any',
    'NotifyAccess=all',
    'UMask=0077',
  ])
    t.ok(unit.split('\n').includes(line), line);
  t.notMatch(unit, /^(MemoryDenyWriteExecute|ProcSubset)=/m, 'V8 compiles; the daemon reads core_pattern');
  t.notMatch(unit, /^Environment.*(password|secret)/im, 'no secret in the environment');
});
