import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Backoff } from '../domain/backoff.ts';
import type { Credentials } from '../domain/credentials.ts';
import { endpointOf, whyUnreachable } from '../network/reach.ts';
import { concatList } from './address.ts';
import { cameraArguments, type Decoder, detectDecoder, fileArguments } from './command.ts';
import type { DecodeCode } from './failure.ts';
import { DecodeSession, type Delivery } from './session.ts';

export interface SourceOptions {
  readonly url: string;
  readonly credentials?: Credentials;
  readonly transport: 'tcp' | 'udp';
  readonly decoder: 'auto' | Decoder;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly stallMs: number;
  readonly reconnect: { readonly firstMs: number; readonly mostMs: number };
  /** For recordings: at the pace of the recording, or as fast as they are taken. */
  readonly realTime: boolean;
}

export interface SourceEvents {
  onState(state: 'connecting' | 'streaming' | 'waiting' | 'ended', code?: DecodeCode, words?: string): void;
  onDrop(): void;
}

/** A session that streamed this long was healthy: the next wait begins small again. */
const STEADY_MS = 10_000;

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
  const { url, transport, credentials } = options;
  const isFile = url.startsWith('file:');
  const backoff = new Backoff(options.reconnect.firstMs, options.reconnect.mostMs);
  let decoder = options.decoder === 'auto' ? await detectDecoder() : options.decoder;

  while (!signal.aborted) {
    events.onState('connecting');
    const session = new DecodeSession(
      {
        ...options,
        args: isFile
          ? fileArguments(fileURLToPath(url), options.realTime, options)
          : cameraArguments(decoder, options),
        input: isFile ? '' : concatList(url, transport, credentials),
        live: !isFile || options.realTime,
      },
      events.onDrop,
    );
    const stop = () => void session.stop();
    signal.addEventListener('abort', stop, { once: true });
    const startedMs = performance.now();
    let seen = false;
    try {
      for (let delivery = await session.next(); delivery !== undefined; delivery = await session.next()) {
        if (!seen) events.onState('streaming');
        seen = true;
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
    if (signal.aborted) return;
    const ended = session.code ?? 'ended';
    // FFmpeg waits in silence for a camera that is off as well as for one that shows nothing.
    const isOff =
      ended === 'no-decodable-video' &&
      (await whyUnreachable(endpointOf(url), options.stallMs)) !== undefined;
    const code = isOff ? 'unreachable' : ended;
    if (isFile && seen) return events.onState('ended');
    if (!seen && options.decoder === 'auto') decoder = 'software';
    if (seen && performance.now() - startedMs > STEADY_MS) backoff.reset();
    events.onState('waiting', code, session.words);
    await wait(backoff.nextMs(), undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}
