import { readFileSync } from 'node:fs';

/**
 * Preloaded into processes under test, as `faulty-inference.ts` is: the clock on the wall is ahead (or behind) by what a
 * file says, or stands still, for as long as it says so. What counts seconds is not touched, as when somebody sets the
 * time of a machine.
 */
export type ClockFault = { readonly aheadMs: number } | { readonly stillAtMs: number };

const path = process.env.MICRON_EDGE_TEST_CLOCK;

function shown(rightMs: number): number {
  try {
    const fault = JSON.parse(readFileSync(path!, 'utf8')) as ClockFault;
    return 'stillAtMs' in fault ? fault.stillAtMs : rightMs + fault.aheadMs;
  } catch {
    // No file: it is right.
    return rightMs;
  }
}

if (path !== undefined) {
  const RealDate = Date;
  const now = () => shown(RealDate.now());
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, asked) =>
      Reflect.construct(
        target,
        args.length === 0 ? [now()] : args,
        asked === globalThis.Date ? target : asked,
      ),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
