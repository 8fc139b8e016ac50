import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { buildAssessment } from '../assess/stages.ts';
import { loadConfig } from '../config/load.ts';
import { readCredentials } from '../config/secrets.ts';
import { EVERYWHERE } from '../config/zones.ts';
import { frames } from '../decode/source.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { watch } from '../pipeline.ts';
import { Editor } from '../setup/editor.ts';
import { terminalOf } from '../setup/questions.ts';
import { problemsOf, write } from '../setup/write.ts';
import { apply, cameraIn, type Drawing } from '../setup/zones.ts';
import { forbidCoreDumps } from '../state/core-dumps.ts';
import { mayWatch } from './watching.ts';

const USAGE = 'Usage: micron-edge setup zones CAMERA [CONFIG] [--port N] [--yes]';
const PORT = 8790;

/**
 * `micron-edge setup zones CAMERA [CONFIG]`: a page on which zones and opt-out areas are drawn over boxes where faces are.
 * Saving shows what changes in the file, and asks. Comments and everything else in it stay.
 */
export async function setupZones(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { port: { type: 'string' }, yes: { type: 'boolean', default: false } },
  });
  const [id, path = defaultConfigPath(process.env), ...rest] = positionals;
  const port = Number(values.port ?? PORT);
  if (id === undefined || rest.length > 0 || !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new OperatorError('config', 'usage', 'Name one camera.', { remedy: USAGE });
  const { config, origin, files } = await loadConfig(path);
  const index = config.cameras.findIndex((each) => each.id === id);
  const camera = config.cameras[index];
  if (camera === undefined)
    throw new OperatorError('config', 'unknown-camera', `There is no camera "${id}" in ${path}.`, {
      remedy: `Cameras there: ${config.cameras.map((each) => each.id).join(', ')}.`,
    });
  const { file } = origin.placeOf(['cameras', index]);
  await forbidCoreDumps();
  await using _watching = await mayWatch(config, { event: 'assessment', detail: { camera: id } });
  await using terminal = terminalOf(process.stdin, process.stderr);
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

  const save = async (drawing: Drawing): Promise<string[]> => {
    const document = parseDocument(await readFile(file, 'utf8'));
    const node = cameraIn(document, id);
    if (node === undefined) return [`${file} no longer has a camera ${id}`];
    apply(document, node, drawing);
    const text = document.toString({ lineWidth: 110 });
    // One of several files is no whole configuration: of it only what concerns areas is asked.
    const problems = (await problemsOf(text)).filter(
      (each) => files.length === 1 || /zones|optOut|polygon/.test(each),
    );
    if (problems.length > 0) return problems;
    const outcome = await write(file, text, { yes: values.yes, terminal, out: io.out });
    if (outcome === 'not-written') return ['Not written: somebody at the terminal has to say yes, or --yes.'];
    io.out(`${relative(dirname('.'), file)} ${outcome === 'same' ? 'is so already' : 'is written'}.\n`);
    return [];
  };

  // Where faces are is looked for in all of the picture: zones that are there already must not hide it.
  const { stages } = await buildAssessment({ ...camera, zones: [EVERYWHERE] }, config);
  await using editor = await Editor.open({ config, camera, port, save });
  io.out(
    `Zones of ${id}: boxes where faces are, nothing of the picture.\n\n  ${editor.url}\n\nThe link works once. From another machine, first: ssh -L ${port}:127.0.0.1:${port} THIS-BOX. Ctrl-C ends it.\n`,
  );
  const { credentialsFile } = camera;
  const source = frames(
    {
      ...camera,
      ...camera.analysis,
      ...(credentialsFile === undefined ? {} : { credentials: await readCredentials(credentialsFile) }),
      realTime: true,
    },
    {
      onState(state, code) {
        if (state === 'waiting') io.err(`${id}: ${code}; zones can be drawn without pictures\n`);
      },
      onDrop() {},
    },
    ended.signal,
  );
  const looking = (async () => {
    const shown = {
      ...stages,
      show: (frame: Parameters<typeof stages.show>[0]) => editor.boxes(frame.masks, performance.now()),
    };
    for await (const _ of watch(source, shown));
  })();
  const gone = new Promise<false>((resolve) =>
    ended.signal.addEventListener('abort', () => resolve(false), { once: true }),
  );
  try {
    return (await Promise.race([editor.done, gone])) ? EXIT.ok : EXIT.failed;
  } finally {
    ended.abort();
    await looking;
  }
}
