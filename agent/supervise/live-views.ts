import { randomBytes } from 'node:crypto';
import type { AuditEvent } from '../audit/events.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Config } from '../config/schema.ts';
import { type Fault, OperatorError } from '../domain/errors.ts';
import type { Standing } from '../governance/standing.ts';
import { helloOf } from '../live/hello.ts';
import { type Refusal, type Request, socketPath } from '../live/request.ts';
import { type Asker, LiveSocket } from '../live/socket.ts';
import { View } from '../live/view.ts';
import type { CameraProcess } from './camera-process.ts';
import type { Log } from './log.ts';

/** Time to open a link. */
const CLAIM_MS = 120_000;
/** An encoder makes pictures all the time, even of a camera that shows nothing. */
const SILENCE_MS = 10_000;

export interface LiveOptions {
  readonly config: Config;
  /** The configuration as it is now. */
  running(): Config;
  readonly stateFolder: string;
  readonly audit: AuditLog;
  readonly log: Log;
  cameras(): readonly { readonly id: string; readonly process: Pick<CameraProcess, 'show'> }[];
  /** Where capture stands now. */
  standing(): Standing | undefined;
}

/**
 * Live views on request of somebody at this machine, one at a time, while capture is on. Each is recorded before it is
 * opened, and is not opened when that fails.
 */
export class LiveViews implements AsyncDisposable {
  readonly #options: LiveOptions;
  readonly #live: NonNullable<Config['live']>;
  readonly #socket: LiveSocket;
  #view: View | undefined;
  /** Of the view that is open, if one is. */
  #showing: Promise<void> | undefined;
  #stopping = false;
  /** Views that ended because the viewer did not keep up. */
  #slow = 0;

  private constructor(options: LiveOptions, live: NonNullable<Config['live']>, socket: LiveSocket) {
    this.#options = options;
    this.#live = live;
    this.#socket = socket;
  }

  /**
   * Undefined when the configuration does not ask for it.
   *
   * @throws OperatorError live-socket
   */
  static async open(options: LiveOptions): Promise<LiveViews | undefined> {
    const { live } = options.config;
    if (live === undefined) return undefined;
    const socket = await LiveSocket.open(socketPath(options.stateFolder), (request, asker) =>
      views.#ask(request, asker),
    );
    const views: LiveViews = new LiveViews(options, live, socket);
    return views;
  }

  /** Capture has changed: without it there is nothing to be seen. */
  capture(standing: Standing): void {
    if (standing.state !== 'watching') this.#view?.end('capture-ended');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#view?.end('stopped');
    await this.#showing?.catch(() => {});
    await this.#socket[Symbol.asyncDispose]();
  }

  async #ask(request: Request, asker: Asker): Promise<void> {
    const { log } = this.#options;
    try {
      if (this.#showing !== undefined) throw refused('failed', 'busy', 'Somebody is looking on already.');
      this.#showing = this.#show(request, asker);
      await this.#showing.finally(() => {
        this.#showing = undefined;
      });
    } catch (error) {
      const refusal = refusalOf(error);
      log.warn({ camera: request.camera, code: refusal.code }, 'live view refused');
      await this.#record({
        event: 'live-view-refused',
        detail: { camera: request.camera, reason: refusal.code },
      });
      asker.say(refusal);
    }
  }

  async #show({ camera: id, minutes }: Request, asker: Asker): Promise<void> {
    const { running, cameras, log } = this.#options;
    const config = running();
    const { address, port, maxMinutes, fps } = this.#live;
    const camera = config.cameras.find((each) => each.id === id);
    const process = cameras().find((each) => each.id === id)?.process;
    if (camera === undefined || process === undefined)
      throw refused('config', 'unknown-camera', `There is no camera "${id}" in the running configuration.`);
    const state = this.#options.standing()?.state;
    if (state !== 'watching')
      throw refused(
        'governance',
        'not-watching',
        `No camera is connected (${state ?? 'starting'}), so there is nothing to be seen.`,
      );
    const limit = Math.min(minutes ?? maxMinutes, maxMinutes);
    const session = randomBytes(4).toString('hex');
    const view = await View.open({
      address,
      port,
      limitMs: limit * 60_000,
      claimMs: CLAIM_MS,
      silenceMs: SILENCE_MS,
      hello: (secondsLeft) => helloOf(camera, config, secondsLeft),
      pictures: (onBytes, onGone) => process.show({ ...camera.analysis, fps }, onBytes, onGone),
    });
    this.#view = view;
    if (this.#stopping) view.end('stopped');
    if (!(await this.#record({ event: 'live-view-opened', detail: { camera: id, session } }))) {
      view.end('not-recorded');
      await view.ended;
      throw refused('environment', 'audit-unwritable', 'The audit log cannot be written.');
    }
    log.info({ camera: id, session }, 'live view opened');
    const stop = () => view.end('asked');
    asker.gone.addEventListener('abort', stop);
    if (asker.gone.aborted) stop();
    // It may have changed while the opening was recorded.
    if (this.#options.standing()?.state !== 'watching') view.end('capture-ended');
    asker.say({ type: 'open', url: view.url, minutes: limit, claimSeconds: CLAIM_MS / 1000 });
    const because = await view.ended;
    this.#view = undefined;
    if (because === 'slow') this.#slow++;
    for (const [reason, times] of view.denials)
      await this.#record({ event: 'live-view-denied', detail: { session, reason, times } });
    await this.#record({ event: 'live-view-closed', detail: { camera: id, session, because } });
    log.info({ camera: id, session, because, droppedForSlowness: this.#slow }, 'live view closed');
    asker.say({ type: 'closed', because });
  }

  /** False when it is not in the audit log. */
  async #record(event: AuditEvent): Promise<boolean> {
    try {
      await this.#options.audit.append(event);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      this.#options.log.error({ code, event: event.event }, 'not in the audit log');
      return false;
    }
  }
}

const refused = (fault: Fault, code: string, message: string): OperatorError =>
  new OperatorError(fault, code, message);

/** A defect of ours must not end the daemon because somebody wanted to look on. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof OperatorError)) {
    const name = error instanceof Error ? error.name : 'error';
    return { type: 'refused', fault: 'failed', code: 'defect', message: `unexpected ${name}` };
  }
  const { fault, code, message, remedy } = error;
  return { type: 'refused', fault, code, message, ...(remedy === undefined ? {} : { remedy }) };
}
