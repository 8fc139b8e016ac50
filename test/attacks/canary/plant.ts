import { writeFileSync } from 'node:fs';
import { planarBytes } from '../../../agent/domain/frame.ts';
import { ANALYSIS } from './picture.ts';

/**
 * Loaded into the daemon before its own code (`node --import`): what is to be destroyed is first given away, by the way
 * that MICRON_EDGE_PLANT names; or, for a live view, is not destroyed. Stands for a slip, or for somebody's bad intent,
 * in the code near pixels.
 */
const BYTES = planarBytes(ANALYSIS.widthPx, ANALYSIS.heightPx);
const fill = Uint8Array.prototype.fill;
let left = 3;

Uint8Array.prototype.fill = function (this: Uint8Array, ...args: Parameters<typeof fill>) {
  // Mid-grey is what redaction and masks leave.
  if (args[0] !== 128) return fill.apply(this, args);
  if (process.env.MICRON_EDGE_PLANT === 'view') return this;
  if (this.buffer.byteLength === BYTES && left > 0) {
    left--;
    const frame = new Uint8Array(this.buffer);
    if (process.env.MICRON_EDGE_PLANT === 'file') writeFileSync(`planted-${left}`, frame);
    else process.send?.({ frame: Buffer.from(frame).toString('base64') });
    writeFileSync('done', '');
  }
  return fill.apply(this, args) as typeof this;
} as typeof fill;
