import child from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Preloaded into processes under test: what the supervisor grants its cameras, a line each, `8` or `all`. The daemon
 * tells rates of whole days only, because those of a moment follow the number of faces.
 */
const path = process.env.MICRON_EDGE_TEST_RATES;

if (path !== undefined) {
  const fork = child.fork;
  child.fork = ((...args: Parameters<typeof fork>) => {
    const started = fork(...args);
    const send = started.send.bind(started) as (message: unknown, ...rest: unknown[]) => boolean;
    started.send = ((message: unknown, ...rest: unknown[]) => {
      const { type, fps } = message as { type?: string; fps?: number };
      if (type === 'rate') appendFileSync(path, `${fps ?? 'all'}\n`);
      return send(message, ...rest);
    }) as typeof started.send;
    return started;
  }) as typeof fork;
  syncBuiltinESMExports();
}
