import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';
import { until } from '../support/until.ts';
import { hasOwnNetwork } from './own-network.ts';

/** Where cameras and broker are, and where the daemon is. Addresses of loopback, because demo takes no others. */
const PLANT = '127.9.9.1';
const BOX = '127.9.9.2';

type End = 'plant' | 'box';

/**
 * A network of two machines with one cable between them, a pair of virtual Ethernet cards: the plant is where this
 * process is, and the box is a network namespace of its own, in which the daemon runs.
 */
export class Link implements AsyncDisposable {
  /** Address of the plant as the box knows it. */
  readonly host = PLANT;
  readonly #keeper: ReturnType<typeof spawn>;

  /** Undefined where no network namespace may be made. */
  static async open(): Promise<Link | undefined> {
    if (!hasOwnNetwork) return undefined;
    // Somebody has to be in a namespace for it to be there.
    const keeper = spawn('unshare', ['-n', 'sleep', 'infinity'], { stdio: 'ignore' });
    await once(keeper, 'spawn');
    const ours = readlinkSync('/proc/self/ns/net');
    const path = `/proc/${keeper.pid}/ns/net`;
    await until(() => existsSync(path) && readlinkSync(path) !== ours, 'a network namespace');
    const link = new Link(keeper);
    link.#lay();
    return link;
  }

  private constructor(keeper: ReturnType<typeof spawn>) {
    this.#keeper = keeper;
  }

  /** What goes before a command that is to run in the box. */
  get inBox(): readonly string[] {
    return ['nsenter', '-t', `${this.#keeper.pid}`, '-n'];
  }

  /** The card at this end is switched off; the other one loses its carrier. */
  down(end: End): void {
    this.#ip(end, 'link', 'set', end, 'down');
  }

  /** As it was. Routes went with the card. */
  up(end: End): void {
    this.#ip(end, 'link', 'set', end, 'up');
    this.#ip(end, 'route', 'replace', ...this.#way(end));
  }

  /** What goes from this end to the other is lost. */
  lose(end: End): void {
    this.#ip(end, 'route', 'replace', 'blackhole', ...this.#to(end));
  }

  /** From this end there is no way to the other, and the system says so. */
  refuse(end: End): void {
    this.#ip(end, 'route', 'replace', 'unreachable', ...this.#to(end));
  }

  /** Ends `lose` and `refuse`. */
  find(end: End): void {
    this.#ip(end, 'route', 'replace', ...this.#way(end));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#keeper.kill('SIGKILL');
    if (this.#keeper.exitCode === null && this.#keeper.signalCode === null) await once(this.#keeper, 'exit');
  }

  #lay(): void {
    this.#ip(
      'plant',
      'link',
      'add',
      'plant',
      'type',
      'veth',
      'peer',
      'name',
      'box',
      'netns',
      `${this.#keeper.pid}`,
    );
    for (const end of ['plant', 'box'] as const) {
      // Without it, the kernel sends addresses of loopback nowhere but to itself.
      for (const card of ['all', end])
        this.#at(end, 'sysctl', '-qw', `net.ipv4.conf.${card}.route_localnet=1`);
      this.#ip(end, 'link', 'set', 'lo', 'up');
      this.#ip(end, 'address', 'add', `${end === 'plant' ? PLANT : BOX}/32`, 'dev', end);
      // Behind the cable when that is gone: nothing, and not this machine itself.
      this.#ip(end, 'route', 'add', 'blackhole', ...this.#to(end), 'metric', '1000');
      this.up(end);
    }
  }

  /** The other end as a route's destination. Table local, because there all of 127.0.0.0/8 is this machine. */
  #to = (end: End): string[] => [`${end === 'plant' ? BOX : PLANT}/32`, 'table', 'local'];
  #way = (end: End): string[] => [...this.#to(end), 'dev', end, 'src', end === 'plant' ? PLANT : BOX];

  #ip(end: End, ...words: readonly string[]): void {
    this.#at(end, 'ip', ...words);
  }

  #at(end: End, ...words: readonly string[]): void {
    const [command, ...args] = [...(end === 'box' ? this.inBox : []), ...words];
    execFileSync(command!, args, { stdio: 'pipe' });
  }
}
