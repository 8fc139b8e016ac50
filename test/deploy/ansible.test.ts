import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { ROOT } from '../../agent/installation.ts';

/** Fast looks at the role; `npm run test:ansible` runs it on a fresh Debian. */
const FOLDER = join(ROOT, 'deploy/ansible');
const ROLE = join(FOLDER, 'roles/micron_edge');

interface Task {
  readonly name: string;
  readonly no_log?: boolean;
  readonly block?: readonly Task[];
  readonly rescue?: readonly Task[];
  readonly [module: string]: unknown;
}
const flat = (tasks: readonly Task[]): Task[] =>
  tasks.flatMap((task) => [task, ...flat(task.block ?? []), ...flat(task.rescue ?? [])]);
const tasks = readdirSync(join(ROLE, 'tasks')).flatMap((file) =>
  flat(parse(readFileSync(join(ROLE, 'tasks', file), 'utf8')) as Task[]),
);

t.test('no task shows a secret, and every file has an owner and a mode', async (t) => {
  t.ok(tasks.length > 15);
  for (const task of tasks) {
    const text = JSON.stringify(task);
    if (/micron_edge_secrets \| dict2items/.test(text)) t.equal(task.no_log, true, task.name);
    for (const module of ['ansible.builtin.copy', 'ansible.builtin.file']) {
      const file = task[module] as { state?: string } | undefined;
      if (file !== undefined && file.state !== 'absent')
        t.match(file, { owner: 'root', mode: /^0[0-7]{3}$/ }, task.name);
    }
    t.notOk('ansible.builtin.shell' in task, 'no shell');
  }
});

const skip =
  spawnSync('ansible-playbook', ['--version']).error === undefined
    ? false
    : 'there is no ansible-playbook here: apt-get install ansible-core';
t.test('Ansible reads it', { skip }, async (t) => {
  const said = execFileSync(
    'ansible-playbook',
    ['--syntax-check', '-i', join(FOLDER, 'inventory.example.yml'), join(FOLDER, 'site.yml')],
    { encoding: 'utf8', cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.match(said, /playbook: .*site\.yml/);
});
