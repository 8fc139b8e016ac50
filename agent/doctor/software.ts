import { type Finding, fail, ok, warn } from './finding.ts';
import { jetson, type Machine } from './machine.ts';

/** JetPack 6.1 and 7: what deploy/jetson builds on. */
const LEAST_L4T = { major: 36, minor: 4 };

export async function software(machine: Machine, nodeVersion: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const isNew = Number(nodeVersion.split('.')[0]) >= 20;
  findings.push(
    isNew ? ok('Node.js', nodeVersion) : fail('Node.js', nodeVersion, 'Install Node.js 20 or newer.'),
  );
  const board = await jetson(machine);
  if (board === undefined) return findings;
  const release = await machine.text('/etc/nv_tegra_release');
  const [, major, minor] = /^# R(\d+) \(release\), REVISION: (\d+)/.exec(release ?? '') ?? [];
  const what = 'board';
  if (major === undefined || minor === undefined)
    findings.push(
      warn(what, `${board}, without L4T`, 'Install JetPack 6.1 or newer, or stay with the CPU here.'),
    );
  else if (
    Number(major) < LEAST_L4T.major ||
    (Number(major) === LEAST_L4T.major && Number(minor) < LEAST_L4T.minor)
  )
    findings.push(
      warn(what, `${board}, L4T ${major}.${minor}`, 'TensorRT needs JetPack 6.1 (L4T 36.4) or newer.'),
    );
  else findings.push(ok(what, `${board}, L4T ${major}.${minor}`));
  return findings;
}
