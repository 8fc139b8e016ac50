import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Backoff } from '../domain/backoff.ts';
import type { Credentials } from '../domain/credentials.ts';
import { concatList } from './address.ts';
import {
  cameraArguments,
  type Decoder,
  detectDecoder,
  fileArguments,
  type Output,
  relayArguments,
} from './command.ts';
import type { DecodeCode } from './failure.ts';
import { type GstreamerDecoder, gstreamerArguments, gstreamerDecoder } from './gstreamer.ts';
import { knock } from './knock.ts';
import { DecodeSession, type Delivery, type SessionOptions } from './session.ts';

export interface SourceOptions extends Output {
  readonly url: string;
  readonly credentials?: Credentials;
  readonly transport: 'tcp' | 'udp';
  readonly decoder: 'auto' | Decoder;
  readonly stallMs: number;
  readonly reconnect: { readonly firstMs: number; readonly mostMs: number };
  /** For recordings: at the pace of the recording, or as fast as they are taken. */
  readonly realTime: boolean;
}

export interface SourceEvents {
  /** `streaming` has a code when pictures come and something is wrong with them, and comes again when that changes. */
  onState(state: 'connecting' | 'streaming' | 'waiting' | 'ended', code?: DecodeCode, words?: string): void;
  onDrop(): void;
}

/** A session that streamed this long was healthy: the next wait begins small again. */
const STEADY_MS = 10_000;

/** How a session ended. */
interface Ending {
  readonly code: DecodeCode;
  readonly words: string;
  /** Pictures came for so long. */
  readonly streamedMs: number;
}

/**
 * Frames of a camera for as long as `signal` allows: every end of a session is followed by a wait and a new one, because
 * a camera that is switched off and one that has failed look alike. A recording is played once. Whoever takes a frame
 * calls `release`, which overwrites it.
 */
export async function* frames(
  options: SourceOptions,
  events: SourceEvents,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void, undefined> {
  const { url, transport, credentials, realTime } = options;
  const isFile = url.startsWith('file:');
  const backoff = new Backoff(options.reconnect.firstMs, options.reconnect.mostMs);
  let decoder = options.decoder === 'auto' ? await detectDecoder(options) : options.decoder;
  // Where GStreamer lacks a part, its own words say which.
  const by = decoder === 'gstreamer' ? ((await gstreamerDecoder()) ?? 'best') : 'best';

  const attempt = async function* (): AsyncGenerator<Delivery, Ending, undefined> {
    if (isFile) {
      const args = fileArguments(fileURLToPath(url), realTime, options);
      return yield* play({ ...options, args, live: realTime }, events, signal);
    }
    const door = await knock(url, options.stallMs, signal);
    if (door.code !== undefined) return { ...door, streamedMs: 0 };
    if (signal.aborted) return { code: 'ended', words: '', streamedMs: 0 };
    const input = concatList(door.url, transport, credentials);
    const ending = yield* play(
      { ...options, ...childrenFor(decoder, by, options), input, live: true },
      events,
      signal,
    );
    if (ending.streamedMs === 0 && options.decoder === 'auto') decoder = 'software';
    return ending;
  };

  while (!signal.aborted) {
    events.onState('connecting');
    const { code, words, streamedMs } = yield* attempt();
    if (signal.aborted) return;
    if (isFile && streamedMs > 0) return events.onState('ended');
    if (streamedMs > STEADY_MS) backoff.reset();
    events.onState('waiting', code, words);
    await wait(backoff.nextMs(), undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}

/** Arguments of the programs that decode a camera. */
const childrenFor = (
  decoder: Decoder,
  by: GstreamerDecoder,
  output: Output,
): Pick<SessionOptions, 'args' | 'decodeBy'> =>
  decoder === 'gstreamer'
    ? { args: relayArguments(), decodeBy: gstreamerArguments(by, output) }
    : { args: cameraArguments(decoder, output) };

/** One session. */
async function* play(
  options: SessionOptions,
  events: SourceEvents,
  signal: AbortSignal,
): AsyncGenerator<Delivery, Ending, undefined> {
  const session = new DecodeSession(options, events.onDrop);
  const stop = () => void session.stop();
  signal.addEventListener('abort', stop, { once: true });
  let startedMs: number | undefined;
  let doubt: DecodeCode | undefined;
  try {
    for (let delivery = await session.next(); delivery !== undefined; delivery = await session.next()) {
      if (startedMs === undefined || doubt !== session.doubt) {
        startedMs ??= performance.now();
        doubt = session.doubt;
        events.onState('streaming', doubt);
      }
      try {
        yield delivery;
      } finally {
        delivery.release();
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await session.stop();
  }
  const streamedMs = startedMs === undefined ? 0 : performance.now() - startedMs;
  return { code: session.code ?? 'ended', words: session.words, streamedMs };
}
