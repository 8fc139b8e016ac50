import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, fail, ok, warn } from './finding.ts';
import { jetson, type Machine, mayUse } from './machine.ts';

/** What CUDA, TensorRT and the decoder open on a Jetson: in L4T 35 the first of each pair, from 36 on the second. */
const NEEDED: readonly (readonly [string, readonly string[]])[] = [
  ['memory', ['/dev/nvmap']],
  ['GPU', ['/dev/nvhost-gpu', '/dev/nvgpu/igpu0/ctrl']],
  ['decoder', ['/dev/nvhost-nvdec', '/dev/v4l2-nvdec']],
];
const DROP_IN = '/etc/systemd/system/micron-edge.service.d/gpu.conf';
const GROUPS: readonly string[] = ['video', 'render'];
const USER = 'micron-edge';

/** May the service use GPU and decoder? On other machines there is nothing to look at. */
export async function devices(machine: Machine): Promise<Finding[]> {
  if ((await jetson(machine)) === undefined) return [];
  const findings: Finding[] = [];
  for (const [what, paths] of NEEDED) {
    const present = await firstOf(paths, (path) => exists(machine.at(path)));
    if (present === undefined)
      findings.push(
        warn(what, `no ${paths.join(' and no ')}`, 'Is this inside a container? Give it the devices of L4T.'),
      );
    else if (await mayUse(machine.at(present))) findings.push(ok(what, present));
    else
      findings.push(
        fail(
          what,
          `${present} may not be opened by this user`,
          `Join its groups: usermod -aG video,render $USER`,
        ),
      );
  }
  findings.push(await ofTheUnit(machine));
  return findings;
}

/** Root may open everything; the service is another user, in a sandbox that hides devices. */
async function ofTheUnit(machine: Machine): Promise<Finding> {
  const what = 'unit';
  const dropIn = await machine.text(DROP_IN);
  if (dropIn === undefined)
    return warn(
      what,
      'its sandbox hides GPU and decoder',
      `cp /usr/share/doc/micron-edge/examples/gpu.conf ${DROP_IN} && systemctl daemon-reload`,
    );
  const given = /^SupplementaryGroups=(.*)$/m.exec(dropIn)?.[1]?.split(/\s+/) ?? [];
  const members = new Map<string, readonly string[]>(
    ((await machine.text('/etc/group')) ?? '')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , , users]) => [name!, users?.split(',') ?? []] as const),
  );
  const lacking = GROUPS.filter(
    (group) => members.has(group) && !given.includes(group) && !members.get(group)!.includes(USER),
  );
  return lacking.length === 0
    ? ok(what, 'is let through to them')
    : fail(
        what,
        `its user is not in ${lacking.join(' and ')}`,
        `Add SupplementaryGroups=${GROUPS.join(' ')} to ${DROP_IN}, then systemctl daemon-reload.`,
      );
}

/** Not `access`: a node that may not be opened is there. */
const exists = async (path: string): Promise<boolean> => {
  const names = await readdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    return [] as string[];
  });
  return names.includes(path.slice(path.lastIndexOf('/') + 1));
};

async function firstOf(
  paths: readonly string[],
  holds: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const path of paths) if (await holds(path)) return path;
  return undefined;
}
