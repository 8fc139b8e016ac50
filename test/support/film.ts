import { pathToFileURL } from 'node:url';
import type { Delivery } from '../../agent/decode/session.ts';
import { frames } from '../../agent/decode/source.ts';

/** The pictures of a film or a picture, scaled to this size, as the decoder hands them on. @throws when a frame is lost */
export function picturesOf(
  path: string,
  size: { readonly widthPx: number; readonly heightPx: number },
): AsyncGenerator<Delivery, void, undefined> {
  return frames(
    {
      url: pathToFileURL(path).href,
      transport: 'tcp',
      decoder: 'software',
      ...size,
      stallMs: 10_000,
      reconnect: { firstMs: 1, mostMs: 1 },
      realTime: false,
    },
    {
      onState() {},
      onDrop() {
        throw new Error('a recording loses no frame');
      },
    },
    new AbortController().signal,
  );
}
