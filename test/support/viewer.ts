import { frames, type SourceOptions } from '../../agent/decode/source.ts';
import type { Credentials } from '../../agent/domain/credentials.ts';
import { until } from './until.ts';

export interface Change {
  readonly state: string;
  readonly code: string | undefined;
  readonly words: string | undefined;
}

/** The daemon's own source of frames, impatient, with everything that it says. */
export interface Viewer extends AsyncDisposable {
  readonly changes: readonly Change[];
  /** Media time of each picture, milliseconds. */
  readonly timesMs: readonly number[];
  /** How it stands: `streaming`, `waiting not-found` and so on; while it connects again, what was before. */
  readonly standing: string;
  /** Waits until it stands so and, for a stream, pictures still come. */
  stands(wanted: string): Promise<void>;
}

export const STALL_MS = 1_500;

export function view(
  url: string,
  more: Partial<SourceOptions> & { readonly credentials?: Credentials } = {},
): Viewer {
  const ended = new AbortController();
  const changes: Change[] = [];
  const timesMs: number[] = [];
  let standing = '';
  const source = frames(
    {
      url,
      transport: 'tcp',
      decoder: 'software',
      widthPx: 320,
      heightPx: 180,
      stallMs: STALL_MS,
      reconnect: { firstMs: 50, mostMs: 200 },
      realTime: true,
      ...more,
    },
    {
      onState(state, code, words) {
        changes.push({ state, code, words });
        if (state !== 'connecting') standing = code === undefined ? state : `${state} ${code}`;
      },
      onDrop() {},
    },
    ended.signal,
  );
  const watched = (async () => {
    for await (const { frame } of source) timesMs.push(frame.ptsMs);
  })();
  return {
    changes,
    timesMs,
    get standing() {
      return standing;
    },
    async stands(wanted) {
      const tell = () => `"${wanted}", but it is "${standing}" after ${changes.length} changes`;
      await until(() => standing === wanted, wanted).catch((cause: unknown) => {
        throw new Error(tell(), { cause });
      });
      if (!wanted.startsWith('streaming')) return;
      const before = timesMs.length;
      await until(() => timesMs.length > before + 10 && standing === wanted, `pictures while ${wanted}`);
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await watched;
    },
  };
}
