import { createRequire } from 'node:module';

interface Spawn {
  env: Record<string, string | undefined>;
  readonly args: readonly string[];
}

/**
 * Tap has every Node.js process below a test load code of its own first, by NODE_OPTIONS. A process that may read nothing
 * but its own files cannot: this leaves programs of these names as they are. `env -u NODE_OPTIONS` does it for others.
 */
export function leaveAlone(...names: readonly string[]): void {
  const spawned = createRequire(import.meta.url)('process-on-spawn') as {
    addListener(listener: (spawn: Spawn) => Spawn): void;
  };
  spawned.addListener((spawn) => {
    if (spawn.args.some((each) => names.some((name) => each.endsWith(name)))) delete spawn.env.NODE_OPTIONS;
    return spawn;
  });
}
