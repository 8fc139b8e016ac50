import type { StreamFacts } from '../../decode/probe.ts';
import type { Requirement } from '../assessment.ts';
import { type Subject, step } from './subject.ts';

/** Coded bits per pixel and picture of H.264 for scenes with little motion ("Kush gauge", Amerasinghe 2010: 0.07). */
const GOOD_BITS = 0.07;
/** Newer codecs need less for the same picture. */
const THRIFT: Readonly<Record<string, number>> = { hevc: 0.6, av1: 0.5, mjpeg: 8 };

/** Bits per pixel and picture; undefined where they could not be counted. */
export const bitsPerPixel = ({ bits, pictures, widthPx, heightPx }: StreamFacts): number | undefined =>
  bits > 0 ? bits / (pictures * widthPx * heightPx) : undefined;

export function codec({ stream }: Subject): Requirement {
  const need = GOOD_BITS * (THRIFT[stream.codec] ?? 1);
  const bits = bitsPerPixel(stream);
  const wanted = `${need.toPrecision(2)} bits per pixel and picture for ${stream.codec}, a third of it at least`;
  if (bits === undefined)
    return { name: 'codec', verdict: 'unknown', found: `${stream.codec}, bits not known`, wanted };
  const verdict = step(bits, need, need / 3);
  const rate = stream.seconds > 0 ? `, ${(stream.bits / stream.seconds / 1e6).toFixed(1)} Mbit/s` : '';
  return {
    name: 'codec',
    verdict,
    found: `${stream.codec} ${stream.widthPx} x ${stream.heightPx}${rate}, ${bits.toPrecision(2)} bits per pixel`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice: `Raise the bit rate to ${(((need / bits) * stream.bits) / Math.max(1, stream.seconds) / 1e6).toFixed(1)} Mbit/s, at a constant bit rate; switch "smart codec", "H.264+" and strong noise reduction off: they take away just what moves little.`,
        }),
  };
}
