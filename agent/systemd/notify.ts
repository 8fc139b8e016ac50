import { execFile } from 'node:child_process';

/** What a service manager wants to hear (sd_notify(3)). Without one every word goes nowhere. */
export interface ServiceManager {
  /** How often to say `alive`, a third of WatchdogSec=, so that one word may be lost; undefined when nobody watches. */
  readonly aliveEveryMs: number | undefined;
  ready(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  alive(): void;
  stopping(): void;
}

/** Much less than WatchdogSec=; the program takes milliseconds. */
const PATIENCE_MS = 5_000;

const nobody: ServiceManager = {
  aliveEveryMs: undefined,
  ready() {},
  status() {},
  alive() {},
  stopping() {},
};

/**
 * systemd, where the environment names it (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID), else nobody. The three are taken
 * out of `env`, so that no camera process and no decoder inherits them.
 *
 * Node.js has no datagram sockets of the Unix kind, so the words go out by systemd-notify(1): the unit needs
 * NotifyAccess=all. It waits until systemd has read them; a sender that is gone by then could not be told to be ours.
 *
 * @param onTrouble told once when words do not get through
 */
export function serviceManager(
  env: NodeJS.ProcessEnv,
  pid: number,
  onTrouble: (cause: string) => void,
): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: watched } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  if (socket === undefined || socket === '') return nobody;

  let troubled = false;
  let turn: Promise<void> = Promise.resolve();
  const say = (...words: string[]) => {
    // One after the other: a status must not overtake the one before it.
    turn = turn
      .then(() => send(socket, env.PATH, words))
      .then((cause) => {
        if (cause !== undefined && !troubled) onTrouble(cause);
        troubled = cause !== undefined;
      });
  };
  const us = Number(watchdogUs);
  const isForUs = us > 0 && (watched === undefined || Number(watched) === pid);
  return {
    aliveEveryMs: isForUs ? us / 3_000 : undefined,
    ready: () => say('READY=1'),
    status: (text) => say(`STATUS=${text}`),
    alive: () => say('WATCHDOG=1'),
    stopping: () => say('STOPPING=1'),
  };
}

/** Resolves with what went wrong, if anything. */
function send(
  socket: string,
  path: string | undefined,
  words: readonly string[],
): Promise<string | undefined> {
  const env = { NOTIFY_SOCKET: socket, ...(path === undefined ? {} : { PATH: path }) };
  return new Promise((resolve) => {
    execFile('systemd-notify', [...words], { env, timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, (error) =>
      resolve(error === null ? undefined : String(error.code ?? error.signal ?? 'failed')),
    );
  });
}
