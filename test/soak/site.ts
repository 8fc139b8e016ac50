import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { parse, stringify } from 'yaml';
import { TestCamera } from '../camera/camera.ts';
import { type Part, treeOf } from '../faults/tree.ts';
import {
  type Dashboard,
  dashboard,
  PASSWORDS,
  startMosquitto,
  TOPIC,
  writeConfig,
} from '../support/plant.ts';
import { agent, type Program } from '../support/processes.ts';
import { Relay } from '../support/relay.ts';
import { until } from '../support/until.ts';
import type { Films } from './films.ts';
import { Journal } from './journal.ts';
import type { Pause, Span } from './windows.ts';

export const WINDOW_S = 15;
/** So few that an outage of some windows leaves gaps: there are eight zones. */
const QUEUE = 20;
export const STALL_MS = 3_000;
const NAMES = ['one', 'two', 'three', 'four'] as const;
const WITHIN = { withinMs: 150_000, everyMs: 100 };

export interface SiteCamera {
  readonly id: string;
  readonly film: string;
  readonly camera: TestCamera;
  /** Between it and the daemon. */
  readonly cable: Relay;
}

/** Four cameras, a broker with a dashboard and an operator, and one daemon, with a cable of ours to each. */
export class Site implements AsyncDisposable {
  readonly cameras: readonly SiteCamera[];
  readonly films: Films;
  readonly brokerCable: Relay;
  readonly daemon: Program;
  readonly journal = new Journal();
  readonly plant: Dashboard;
  readonly operator: MqttClient;
  readonly config: string;
  readonly brokerDeaths: Span[] = [];
  readonly pauses: Pause[] = [];
  #broker: Awaited<ReturnType<typeof startMosquitto>>;
  readonly #brokerFolder: string;

  /** All of it runs when it resolves; the daemon may not be in service yet. */
  static async open(folder: string, films: Films, random: () => number): Promise<Site> {
    const brokerFolder = join(folder, 'broker');
    const broker = await startMosquitto(brokerFolder);
    const cameras: SiteCamera[] = [];
    for (const [i, id] of NAMES.entries()) {
      const film = films.usual[i]!;
      const camera = await TestCamera.start({ file: film });
      cameras.push({ id, film, camera, cable: await Relay.to(camera.port, { random }) });
    }
    const brokerCable = await Relay.to(broker.port, { random });
    const url = `mqtt://127.0.0.1:${brokerCable.port}`;
    const config = writeConfig(join(folder, 'config'), {
      camera: '',
      broker: url,
      ofMqtt: { queueMessages: QUEUE },
      more: settings(cameras),
    });
    return new Site(cameras, films, brokerCable, broker, brokerFolder, config);
  }

  private constructor(
    cameras: readonly SiteCamera[],
    films: Films,
    brokerCable: Relay,
    broker: Awaited<ReturnType<typeof startMosquitto>>,
    brokerFolder: string,
    config: string,
  ) {
    this.cameras = cameras;
    this.films = films;
    this.brokerCable = brokerCable;
    this.#broker = broker;
    this.#brokerFolder = brokerFolder;
    this.config = config;
    this.plant = dashboard(broker.url);
    this.operator = connect(broker.url, {
      username: 'operator',
      password: PASSWORDS.operator,
      reconnectPeriod: 200,
    });
    this.operator.on('error', () => {});
    this.daemon = agent(['run', config]);
    this.journal.follow(this.daemon.child);
  }

  get pid(): number {
    return this.daemon.child.pid!;
  }

  get stateFolder(): string {
    return join(this.config, '../state');
  }

  /** Zone by zone the camera that looks at it. */
  get zones(): ReadonlyMap<string, string> {
    return new Map(
      this.cameras.flatMap(({ id }) => [`${id}-left`, `${id}-right`].map((zone) => [zone, id] as const)),
    );
  }

  /** All cameras stream, by the log and by two healths that came over the broker from now on. */
  async serves(): Promise<void> {
    const from = this.plant.messages.length;
    await until(
      () => {
        if (this.daemon.child.exitCode !== null)
          throw new Error(`the daemon ended:\n${this.daemon.text().slice(-2_000)}`);
        const healths = this.plant.messages.slice(from).filter(({ topic }) => topic === `${TOPIC}/health`);
        const isWell = ({ state, code }: { state: string; code?: string }) =>
          state === 'streaming' && code === undefined;
        return (
          healths.length >= 2 &&
          healths.slice(-2).every(({ body }) => body.cameras.every(isWell)) &&
          this.cameras.every(
            ({ id, camera }) => camera.clients === 1 && this.journal.of(id)?.state === 'streaming',
          )
        );
      },
      'service',
      WITHIN,
    );
  }

  /** A process of this kind; of a camera, if `index` says which: its n-th in the tree. */
  kill(part: Part, index: number, signal: NodeJS.Signals): number | undefined {
    const found = treeOf(this.pid).filter((each) => each.part === part);
    const pid = found[index % Math.max(1, found.length)]?.pid;
    if (pid !== undefined) process.kill(pid, signal);
    return pid;
  }

  /** kill -9, and another one at the same address that knows nothing of the first. */
  async replaceBroker(awayMs: number): Promise<void> {
    const fromMs = Date.now();
    this.#broker.child.kill('SIGKILL');
    // The daemon is let in only when the dashboard listens: what nobody has subscribed to, nobody gets.
    this.brokerCable.refuses = true;
    await this.#broker.exited;
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    this.#broker = await startMosquitto(this.#brokerFolder, this.#broker.port);
    await until(() => this.plant.isListening, 'the dashboard', WITHIN);
    this.brokerCable.refuses = false;
    this.brokerDeaths.push({ fromMs, toMs: Date.now() });
  }

  /** A command over MQTT. */
  async command(command: 'pause' | 'resume'): Promise<void> {
    await until(() => this.operator.connected, 'the operator', WITHIN);
    await this.operator.publishAsync(`${TOPIC}/command`, JSON.stringify({ command }), { qos: 1 });
  }

  /** From the order to pause to the confirmed end of the pause. */
  async pause(command: (what: 'pause' | 'resume') => Promise<void>, forMs: number): Promise<void> {
    const becomes = (state: string) =>
      until(() => this.journal.captures.at(-1)?.state === state, `capture ${state}`, WITHIN).then(Date.now);
    const askedMs = Date.now();
    await command('pause');
    const heldMs = await becomes('paused');
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const liftedMs = Date.now();
    await command('resume');
    this.pauses.push({ askedMs, heldMs, liftedMs, overMs: await becomes('watching') });
  }

  /** Changes the configuration file and has it read again, until the daemon says that it has done so. */
  async reload(change: (text: string) => string, says: string): Promise<void> {
    const from = this.journal.others.length;
    writeFileSync(this.config, change(readFileSync(this.config, 'utf8')));
    process.kill(this.pid, 'SIGHUP');
    await until(() => this.journal.others.slice(from).some(({ text }) => text.includes(says)), says, WITHIN);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    this.operator.end(true);
    await this.plant[Symbol.asyncDispose]();
    await this.brokerCable[Symbol.asyncDispose]();
    for (const { cable, camera } of this.cameras) {
      await cable[Symbol.asyncDispose]();
      await camera[Symbol.asyncDispose]();
    }
    this.#broker.child.kill('SIGKILL');
    if (this.#broker.child.exitCode === null) await once(this.#broker.child, 'close').catch(() => {});
  }
}

/** The text of a configuration in which this camera has another watchdog: enough for it to begin anew. */
export const withStallMs = (text: string, index: number, stallMs: number): string => {
  const config = parse(text);
  config.cameras[index].stallMs = stallMs;
  return stringify(config);
};

const settings = (cameras: readonly SiteCamera[]) => ({
  aggregation: {
    windowS: WINDOW_S,
    slotS: 1,
    slotsPerTrack: 4,
    assumedTracksPerPerson: 1,
    minHeadCount: 2,
    epsilonPerDay: 1_000,
  },
  quality: { minFps: 3, minFaceHeightPx: 24 },
  health: { intervalS: 2 },
  cameras: cameras.map(({ id, cable }) => ({
    id,
    url: `rtsp://127.0.0.1:${cable.port}/stream`,
    stallMs: STALL_MS,
    reconnect: { firstMs: 100, mostMs: 1_000 },
    analysis: { widthPx: 480, heightPx: 270 },
    zones: [zone(`${id}-left`, 0, 0.5), zone(`${id}-right`, 0.5, 1)],
  })),
});

const zone = (id: string, fromX: number, toX: number) => ({
  id,
  polygon: [
    [fromX, 0],
    [toX, 0],
    [toX, 1],
    [fromX, 1],
  ],
  headCount: 6,
});
