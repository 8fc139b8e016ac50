import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { WindowCounts } from '../aggregate/window.ts';
import { buildStages } from '../camera/stages.ts';
import { loadConfig } from '../config/load.ts';
import { frames } from '../decode/source.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { requirePermission } from '../governance/gate.ts';
import { ROOT } from '../installation.ts';
import type { Io } from '../main.ts';
import { watch } from '../pipeline.ts';

/**
 * `micron-edge replay FILE [CONFIG]`: a recording through the pipeline of the first camera of the configuration, as fast
 * as it goes, on the recording's own clock. For checks with footage that nobody needs protection from: the counts are
 * printed without noise, and only for purpose demo.
 */
export async function replay(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [file, path = join(ROOT, 'config/demo.yaml'), ...rest] = positionals;
  if (file === undefined || rest.length > 0) {
    io.err('Usage: micron-edge replay FILE [CONFIG]\n');
    return EXIT.config;
  }
  const { config } = await loadConfig(path);
  requirePermission(config, new Date());
  if (config.governance.purpose !== 'demo')
    throw new OperatorError(
      'governance',
      'replay-not-demo',
      'replay prints counts without noise, so it takes purpose demo only.',
      {
        remedy: `Use ${join(ROOT, 'config/demo.yaml')}, or a copy of it with your zones.`,
      },
    );
  await access(file).catch((cause: Error) => {
    throw new OperatorError('config', 'recording-missing', `There is no recording ${file}.`, { cause });
  });

  const camera = config.cameras[0]!;
  const built = await buildStages({ camera, config }, ({ ptsMs }) => Math.max(0, ptsMs));
  const windows = new WindowCounts(
    camera.zones.map(({ id }) => id),
    config.aggregation.windowS * 1000,
    0,
    0,
  );
  let seen = 0;
  let last = 0;
  let failure: string | undefined;
  async function* counted() {
    const source = frames(
      {
        ...camera,
        ...camera.analysis,
        url: pathToFileURL(resolve(file!)).href,
        realTime: false,
        reconnect: { firstMs: 1, mostMs: 1 },
      },
      {
        onState(state, code, words) {
          if (state !== 'waiting') return;
          failure = `${code}${words ? `: ${words}` : ''}`;
          ended.abort();
        },
        onDrop() {},
      },
      ended.signal,
    );
    for await (const delivery of source) {
      seen++;
      last = delivery.frame.ptsMs;
      yield delivery;
    }
  }
  const ended = new AbortController();
  for await (const slots of watch(counted(), built.stages)) for (const slot of slots) windows.add(slot);
  if (failure !== undefined)
    throw new OperatorError('config', 'recording-unusable', `${file} cannot be replayed (${failure}).`);

  for (const { zoneId, window, counts } of windows.close(last + config.aggregation.windowS * 1000))
    io.out(
      `${JSON.stringify({ zone: zoneId, fromS: window.startMs / 1000, toS: window.endMs / 1000, slots: counts })}\n`,
    );
  io.err(`${seen} frames, ${(last / 1000).toFixed(1)} s, provider ${built.provider}\n`);
  return EXIT.ok;
}
