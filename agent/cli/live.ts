import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { answerSchema, requestSchema, socketPath } from '../live/request.ts';
import type { Io } from '../main.ts';
import { isHeld } from '../state/lock.ts';
import { stateFolderFrom } from './state-folder.ts';

const USAGE = 'Usage: micron-edge live CAMERA [CONFIG] [--minutes N] [--state FOLDER]';

/** Why a view has ended, in words. */
const ENDINGS: Readonly<Record<string, string>> = {
  time: 'its time is up',
  asked: 'you have ended it',
  unclaimed: 'the link was not opened in time',
  left: 'the page was closed',
  slow: 'the connection to the page is too slow',
  'no-picture': 'no pictures came from the encoder; does ffmpeg run here?',
  'capture-ended': 'cameras are no longer connected',
  stopped: 'the daemon stops',
};

/**
 * `micron-edge live CAMERA [CONFIG] [--minutes N] [--state FOLDER]`: asks the running daemon for a live view and keeps it
 * open, at most as long as the configuration allows. Ends with it, and it ends with this.
 */
export async function live(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { state: { type: 'string' }, minutes: { type: 'string' } },
  });
  const [camera, ...paths] = positionals;
  const request = requestSchema.safeParse({
    camera,
    ...(values.minutes === undefined ? {} : { minutes: Number(values.minutes) }),
  });
  if (!request.success)
    throw new OperatorError('config', 'usage', `Name a camera, and 1 to 60 minutes at most.`, {
      remedy: USAGE,
    });
  const folder = await stateFolderFrom(paths, values.state);
  const socket = await reach(folder);
  const stop = () => void socket.end();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    socket.write(`${JSON.stringify(request.data)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const answer = answerSchema.parse(JSON.parse(line));
      if (answer.type === 'refused') {
        const { fault, code, message, remedy } = answer;
        throw new OperatorError(fault, code, message, remedy === undefined ? {} : { remedy });
      }
      if (answer.type === 'closed') {
        io.out(`closed: ${ENDINGS[answer.because] ?? answer.because}\n`);
        return EXIT.ok;
      }
      const { url, minutes, claimSeconds } = answer;
      const { port } = new URL(url);
      io.out(
        [
          `Live view of ${request.data.camera}: masks where faces are, nothing of the picture. It is in the audit log.`,
          '',
          `  ${url}`,
          '',
          `Open this link within ${claimSeconds} seconds; it works once, and the view ends after ${minutes} min.`,
          `From another machine, first: ssh -L ${port}:127.0.0.1:${port} THIS-BOX. Ctrl-C ends the view.\n`,
        ].join('\n'),
      );
    }
    // The daemon has gone away without a word; a view that was ended from here is told.
    throw new OperatorError('failed', 'daemon-gone', 'The daemon has ended, and the view with it.');
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    socket.destroy();
  }
}

/** @throws OperatorError no-daemon, live-off */
async function reach(folder: string): Promise<Socket> {
  const socket = connect({ path: socketPath(folder), allowHalfOpen: true });
  try {
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    throw (await isHeld(folder))
      ? new OperatorError('config', 'live-off', 'The running daemon allows no live view.', {
          remedy: 'Add "live: {}" to its configuration and start it again; take it out when you are done.',
          cause,
        })
      : new OperatorError('environment', 'no-daemon', `No daemon runs on the state folder ${folder}.`, {
          remedy: 'Start it first: micron-edge run',
          cause,
        });
  }
}
