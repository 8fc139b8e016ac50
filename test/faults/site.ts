import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TestCamera } from '../camera/camera.ts';
import { LOGIN } from '../camera/cases.ts';
import { faultsInside } from '../support/faults-inside.ts';
import { dashboard, type Message, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { Relay } from '../support/relay.ts';
import { until } from '../support/until.ts';
import { Heat } from './heat.ts';
import { KeptRunning } from './kept-running.ts';
import { Link } from './link.ts';
import { type Part, treeOf } from './tree.ts';

/** A camera at an address of its own, so that a route to it can be taken away. */
export const CAMERA_HOST = '127.0.0.2';
export const STALL_MS = 2_000;
export const WINDOW_S = 5;
/** The least that may be configured. */
export const QUEUE_MESSAGES = 10;
const WITHIN = { withinMs: 90_000, everyMs: 50 };

/** One camera, one broker, the daemon, and a cable of ours to either. Where it may be, the daemon is on another machine. */
export class Site implements AsyncDisposable {
  readonly camera: TestCamera;
  readonly cameraCable: Relay;
  readonly brokerCable: Relay;
  readonly daemon: KeptRunning;
  readonly inside: ReturnType<typeof faultsInside>;
  /** Undefined where nothing may be mounted. */
  readonly heat: Heat | undefined;
  readonly stateFolder: string;
  /** False where nothing may be mounted: the disk cannot be filled. */
  readonly hasOwnDisk: boolean;
  /** The daemon is at its other end. Undefined where no network namespace may be made. */
  readonly link: Link | undefined;
  broker: Awaited<ReturnType<typeof startMosquitto>>;
  readonly #plant: ReturnType<typeof dashboard>;
  readonly #brokerFolder: string;

  static async open(folder: string, film: string): Promise<Site> {
    const brokerFolder = join(folder, 'broker');
    const broker = await startMosquitto(brokerFolder);
    const camera = await TestCamera.start({ file: film, host: CAMERA_HOST, auth: 'digest', ...LOGIN });
    const link = await Link.open();
    const at = link?.host ?? '127.0.0.1';
    const cameraCable = await Relay.to(camera.port, { host: CAMERA_HOST, at });
    const brokerCable = await Relay.to(broker.port, { at });
    const config = writeConfig(join(folder, 'config'), {
      camera: `rtsp://${at}:${cameraCable.port}/stream`,
      broker: `mqtt://${at}:${brokerCable.port}`,
      credentials: `${LOGIN.user}:${LOGIN.password}`,
      ofCamera: { stallMs: STALL_MS, reconnect: { firstMs: 100, mostMs: 300 } },
      ofMqtt: { queueMessages: QUEUE_MESSAGES },
      more: {
        quality: { minFps: 5 },
        // Every third picture needs two runs of a network.
        detector: { farEveryFrames: 3 },
        aggregation: { windowS: WINDOW_S, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, epsilonPerDay: 1_000 },
      },
    });
    const stateFolder = join(folder, 'config/state');
    mkdirSync(stateFolder, { mode: 0o700 });
    let hasOwnDisk = true;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=0700', 'tmpfs', stateFolder], {
        stdio: 'ignore',
      });
    } catch {
      hasOwnDisk = false;
    }
    return new Site(
      {
        ...{ camera, cameraCable, brokerCable, broker, brokerFolder, stateFolder, hasOwnDisk, link },
        heat: Heat.in(join(folder, 'thermal')),
      },
      config,
    );
  }

  private constructor(
    parts: Pick<
      Site,
      'camera' | 'cameraCable' | 'brokerCable' | 'broker' | 'stateFolder' | 'hasOwnDisk' | 'link' | 'heat'
    > & {
      readonly brokerFolder: string;
    },
    config: string,
  ) {
    this.camera = parts.camera;
    this.cameraCable = parts.cameraCable;
    this.brokerCable = parts.brokerCable;
    this.broker = parts.broker;
    this.stateFolder = parts.stateFolder;
    this.hasOwnDisk = parts.hasOwnDisk;
    this.link = parts.link;
    this.#brokerFolder = parts.brokerFolder;
    this.#plant = dashboard(parts.broker.url);
    this.heat = parts.heat;
    this.inside = faultsInside(dirname(config));
    const before = [...(parts.link?.inBox ?? []), ...(parts.heat?.before ?? [])];
    this.daemon = new KeptRunning(config, before, this.inside.env);
  }

  get messages(): readonly Message[] {
    return this.#plant.messages;
  }

  /** Signals that have reached the plant so far. */
  get signals(): readonly Message[] {
    return this.messages.filter(({ topic }) => topic === `${TOPIC}/zone/press/signal`);
  }

  // biome-ignore lint/suspicious/noExplicitAny: JSON from the wire, as a dashboard gets it
  get health(): any {
    return this.messages.findLast(({ topic }) => topic === `${TOPIC}/health`)?.body;
  }

  /** `streaming`, `waiting not-found`; the reason stays while it connects again. */
  get standing(): string {
    const { state, code } = this.health?.cameras[0] ?? { state: 'unheard' };
    if (code === undefined) return state === 'connecting' ? 'starting' : state;
    return state === 'streaming' ? `streaming ${code}` : `waiting ${code}`;
  }

  pidOf(part: Part): number {
    const pid = treeOf(this.daemon.pid).find((each) => each.part === part)?.pid;
    if (pid === undefined) throw new Error(`there is no ${part}`);
    return pid;
  }

  /** In health or, where it passes between two healths, in the log after `from`, a length of the log. */
  async shows(wanted: string, from: number): Promise<void> {
    const [state, code] = wanted.split(' ');
    let last = '';
    const isLogged = () =>
      state === 'waiting' &&
      this.daemon
        .text()
        .slice(from)
        .split('\n')
        .some((line) => line.includes('"msg":"camera"') && line.includes(`"code":"${code}"`));
    await until(
      () => {
        last = this.standing;
        return last === wanted || isLogged();
      },
      wanted,
      WITHIN,
    ).catch((cause: unknown) => {
      throw new Error(`"${wanted}" did not show, but "${last}"`, { cause });
    });
  }

  /** Pictures by two healths from now on, and the camera sees its viewer. */
  async serves(): Promise<void> {
    const from = this.messages.length;
    const since = () => this.messages.slice(from).filter(({ topic }) => topic === `${TOPIC}/health`);
    await until(
      () =>
        this.camera.clients === 1 &&
        since().length >= 2 &&
        since()
          .slice(-2)
          .every(({ body }) => body.cameras[0].state === 'streaming' && body.cameras[0].code === undefined),
      'service',
      WITHIN,
    ).catch((cause: unknown) => {
      const last = JSON.stringify(this.health?.cameras);
      throw new Error(`no service, but ${last}\n${this.daemon.text().slice(-1_500)}`, { cause });
    });
  }

  /** A line of the daemon's log that is not there yet. */
  async says(pattern: RegExp, withinMs = WITHIN.withinMs): Promise<void> {
    const count = () => this.daemon.text().match(new RegExp(pattern, 'g'))?.length ?? 0;
    const before = count();
    await until(() => count() > before, `"${pattern.source}" in the log`, { ...WITHIN, withinMs }).catch(
      (cause: unknown) => {
        throw new Error(`not in the log: ${pattern.source}\n${this.daemon.text().slice(-1_500)}`, { cause });
      },
    );
  }

  async signalAfterNow(what: string): Promise<void> {
    const before = this.signals.length;
    await until(() => this.signals.length > before, what, WITHIN);
  }

  async killBroker(): Promise<void> {
    this.broker.child.kill('SIGKILL');
    await this.broker.exited;
  }

  async startBroker(): Promise<void> {
    this.broker = await startMosquitto(this.#brokerFolder, this.broker.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    await this.#plant[Symbol.asyncDispose]();
    await this.cameraCable[Symbol.asyncDispose]();
    await this.brokerCable[Symbol.asyncDispose]();
    await this.camera[Symbol.asyncDispose]();
    await this.broker[Symbol.asyncDispose]();
    await this.link?.[Symbol.asyncDispose]();
    if (this.hasOwnDisk) execFileSync('umount', ['-l', this.stateFolder]);
  }
}
