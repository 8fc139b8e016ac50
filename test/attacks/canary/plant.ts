import { writeFileSync } from 'node:fs';
import { planarBytes } from '../../../agent/domain/frame.ts';
import { ANALYSIS } from './picture.ts';

/**
 * Loaded into the daemon before its own code (`node --import`): what is wiped is first given away, by the way that
 * MICRON_EDGE_PLANT names; or, for a live view, what should be destroyed is not. Stands for a slip, or for somebody's
 * bad intent, in the code near pixels.
 */
const BYTES = planarBytes(ANALYSIS.widthPx, ANALYSIS.heightPx);
const fill = Uint8Array.prototype.fill;
let left = 3;

Uint8Array.prototype.fill = function (this: Uint8Array, ...args: Parameters<typeof fill>) {
  // Mid-grey is what redaction and masks leave.
  if (process.env.MICRON_EDGE_PLANT === 'view') return args[0] === 128 ? this : fill.apply(this, args);
  // What is taken into use is empty; what has been redacted still shows faces.
  if (this.length === BYTES && left > 0 && this.some((value) => value !== 0)) {
    left--;
    if (process.env.MICRON_EDGE_PLANT === 'file') writeFileSync('planted', this);
    else process.send?.({ frame: Buffer.from(this).toString('base64') });
    writeFileSync('done', '');
  }
  return fill.apply(this, args) as typeof this;
} as typeof fill;
