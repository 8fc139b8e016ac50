import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { until } from '../support/until.ts';

const SUITE = 'bookworm';
/** Packages of the base: an init, and what the package under test depends on, so that apt needs no network afterwards. */
const BASE = 'systemd,systemd-sysv,dbus,ca-certificates,procps,init-system-helpers,ffmpeg';

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });

/** What debootstrap made, as an archive: a minute or two the first time, seconds afterwards. */
function base(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'micron-edge');
  const archive = join(cache, `${SUITE}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(cache, { recursive: true });
  const root = mkdtempSync('/var/tmp/micron-edge-base-');
  // It becomes the root folder of everybody in there, and mkdtemp lets nobody in but us.
  chmodSync(root, 0o755);
  try {
    run('debootstrap', ['--variant=minbase', `--include=${BASE}`, SUITE, root]);
    run('tar', ['-C', root, '--exclude=./var/cache/apt/archives/*.deb', '-cf', `${archive}.new`, '.']);
    renameSync(`${archive}.new`, archive);
  } finally {
    rmSync(root, { recursive: true });
  }
  return archive;
}

/**
 * The Node.js of this machine as a package, where the distribution's own is too old: Debian 12 has 18. Only the program;
 * it needs no more than the C and C++ libraries.
 */
function nodePackage(root: string): string {
  const stage = join(root, 'root/nodejs');
  mkdirSync(join(stage, 'DEBIAN'), { recursive: true });
  mkdirSync(join(stage, 'usr/bin'), { recursive: true });
  run('cp', [process.execPath, join(stage, 'usr/bin/node')]);
  const arch = run('dpkg', ['--print-architecture']).trim();
  writeFileSync(
    join(stage, 'DEBIAN/control'),
    `Package: nodejs\nVersion: ${process.versions.node}+host\nArchitecture: ${arch}\nMaintainer: test <test@localhost>\nDescription: Node.js of the machine under test\n`,
  );
  run('dpkg-deb', ['-Znone', '--root-owner-group', '--build', stage, `${stage}.deb`]);
  return '/root/nodejs.deb';
}

/** The same package with a higher version, as a later build would be. */
export function nextVersion(deb: string, version: string, into: string): void {
  const stage = mkdtempSync('/var/tmp/micron-edge-next-');
  try {
    run('dpkg-deb', ['-R', deb, stage]);
    const control = join(stage, 'DEBIAN/control');
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*/m, `Version: ${version}`));
    run('dpkg-deb', ['-Znone', '--root-owner-group', '--build', stage, into]);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** The process that is systemd in the container of that nspawn, once it is. */
function initBelow(nspawn: number): number | undefined {
  const children = readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').trim().split(' ');
  return children
    .map(Number)
    .find((pid) => pid > 0 && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'systemd\n');
}

/** A fresh Debian with systemd as its process 1. It has the network of this machine, and its own everything else. */
export class Container implements AsyncDisposable {
  /** Its file system, from outside. */
  readonly root: string;
  readonly #leader: number;

  private constructor(root: string, leader: number) {
    this.root = root;
    this.#leader = leader;
  }

  static async boot(): Promise<Container> {
    const root = mkdtempSync('/var/tmp/micron-edge-container-');
    run('tar', ['-C', root, '-xpf', base()]);
    nodePackage(root);
    // With cgroup v2 alone, whatever this machine has, and with the right to load the programs that filter packets.
    const script =
      'umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec systemd-nspawn -q -D "$1" --boot --register=no --keep-unit --capability=all --system-call-filter="bpf perf_event_open"';
    const nspawn = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', root], {
      stdio: 'ignore',
      env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    });
    const leader = await until(() => initBelow(nspawn.pid!), 'the first process of the container');
    const container = new Container(root, leader);
    await until(
      () => /running|degraded/.test(container.tell('systemctl', 'is-system-running')),
      'its systemd',
      {
        withinMs: 120_000,
        everyMs: 500,
      },
    );
    return container;
  }

  /** Runs a command in it. @returns what it says, both outputs, whatever its exit code */
  tell(...command: readonly string[]): string {
    return this.#run(command).text;
  }

  /** @throws Error with all that it said, when its exit code is not 0 */
  must(...command: readonly string[]): string {
    const { text, code } = this.#run(command);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${code}\n${text}`);
    return text;
  }

  #run(command: readonly string[]): { text: string; code: number } {
    const enter = [
      '-t',
      String(this.#leader),
      '-m',
      '-u',
      '-i',
      '-p',
      '-C',
      '--',
      'env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'LANG=C.UTF-8',
      'sh',
      '-c',
      '"$@" 2>&1',
      'sh',
    ];
    try {
      return { text: run('nsenter', [...enter, ...command]), code: 0 };
    } catch (error) {
      const { stdout, status } = error as { stdout: string; status: number };
      return { text: stdout, code: status };
    }
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text, { mode });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // SIGRTMIN+4: power off (systemd(1)). Node.js has no name for it.
    run('kill', ['-s', 'RTMIN+4', String(this.#leader)]);
    await until(() => !existsSync(`/proc/${this.#leader}`), 'the end of the container', { withinMs: 60_000 });
    rmSync(this.root, { recursive: true, force: true });
  }
}
