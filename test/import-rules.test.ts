import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/**
 * Privacy as a property of the module graph: who may import whom, read from the sources themselves.
 * Sources, not compiled files, because type-only imports matter here and vanish in compilation.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const agent = join(root, 'agent');

const STAGES = [
  'decode',
  'detect',
  'track',
  'permit',
  'redact',
  'align',
  'quality',
  'pace',
  'encode',
  'spot',
  'recognise',
  'aggregate',
  'publish',
  'show',
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts')) yield path;
  }
}

const IMPORT =
  /(?:import|export)\s+(?:type\s+)?(?:([\w*$\s{},]+?)\s+from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3]!;
    const names = (match[1] ?? '')
      .replace(/[{}]|\btype\b/g, ' ')
      .split(/[\s,]+/)
      .filter((name) => name !== '');
    const to = target.startsWith('.') ? relative(agent, resolve(dirname(file), target)) : target;
    return { from: relative(agent, file), to, names };
  });
}

const all = [...sources(agent)].flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const show = (imports: readonly Import[]) =>
  imports.map(({ from, to, names }) => `${from} imports ${names.join(', ')} from ${to}`);
const isStage = (path: string) => STAGES.includes(folderOf(path));

/** Everything that `file` imports, and what that imports. `main.ts` offers all commands; commands take only a type from it. */
function reachable(file: string, found = new Set<string>()): Set<string> {
  for (const { from, to } of all) {
    if (from !== file || found.has(to)) continue;
    found.add(to);
    if (to !== 'main.ts') reachable(to, found);
  }
  return found;
}

t.test('the reader of imports sees every form', async (t) => {
  const text = `import type { A } from './a.ts';\nimport b, { type C } from "../decode/b.ts";\nexport * from './d.ts';\nconst e = await import('./e.ts');\nimport './f.ts';\nimport {\n  G,\n  H,\n} from './g.ts';`;
  const seen = importsOf(join(agent, 'track/x.ts'), text);
  t.same(
    seen.map(({ to }) => to),
    ['track/a.ts', 'decode/b.ts', 'track/d.ts', 'track/e.ts', 'track/f.ts', 'track/g.ts'],
  );
  t.same(seen[1]!.names, ['b', 'C']);
  t.same(seen[5]!.names, ['G', 'H']);
});

t.test('there are sources to judge', async (t) => {
  t.ok(all.length > 20);
});

t.test('stages never import each other', async (t) => {
  const crossing = all.filter(
    ({ from, to }) => isStage(from) && isStage(to) && folderOf(from) !== folderOf(to),
  );
  t.same(show(crossing), []);
});

t.test('the domain imports nothing but itself', async (t) => {
  t.same(show(all.filter(({ from, to }) => folderOf(from) === 'domain' && folderOf(to) !== 'domain')), []);
});

t.test('raw frames exist in decode, detect, redact and the pipeline only', async (t) => {
  const allowed = ['domain', 'decode', 'detect', 'redact'];
  const uses = all.filter(
    ({ from, names }) =>
      names.includes('RawFrame') && !allowed.includes(folderOf(from)) && from !== 'pipeline.ts',
  );
  t.same(show(uses), []);
});

t.test('ONNX Runtime is loaded in one place, which looks for a build of this box first', async (t) => {
  const loads = all.filter(({ to }) => to === 'onnxruntime-node').map(({ from }) => from);
  t.same(loads, ['inference/runtime.ts']);
});

t.test('each brand of pixels has one maker', async (t) => {
  const makers: Record<string, string> = {
    asRawFrame: 'decode',
    asRedactedFrame: 'redact',
    asFaceCrop: 'align',
    asMaskedFrame: 'redact',
    asReleased: 'aggregate',
    asSealed: 'publish',
    asObserver: 'evaluate',
  };
  for (const [maker, folder] of Object.entries(makers)) {
    const uses = all.filter(({ from, names }) => names.includes(maker) && folderOf(from) !== folder);
    t.same(show(uses), [], `${maker} is called in ${folder} alone`);
  }
  const namespaces = all.filter(({ to, names }) => names.includes('*') && to.startsWith('domain/'));
  t.same(show(namespaces), [], 'and nobody gets round it by a namespace import');
});

t.test('nothing that talks to the outside can name a pixel, a token or a track', async (t) => {
  const outward = [
    'publish',
    'aggregate',
    'supervise',
    'governance',
    'audit',
    'state',
    'config',
    'privacy',
    'systemd',
    'deploy',
    'endpoint',
    'live',
    'page',
    'thermal',
    'pace',
    'record',
    'report',
  ];
  const personal = ['domain/frame.ts', 'domain/face.ts', 'domain/tokens.ts', 'domain/observer.ts'];
  for (const file of new Set(
    all.map(({ from }) => from).filter((from) => outward.includes(folderOf(from))),
  )) {
    t.same(
      [...reachable(file)].filter((to) => personal.includes(to)),
      [],
      file,
    );
  }
});

t.test('one folder speaks to the broker, and it knows of people only what has been sealed', async (t) => {
  const speaks = all.filter(({ to }) => to === 'mqtt' || to === 'sparkplug-payload');
  t.ok(speaks.length > 2);
  t.same(
    [...new Set(speaks.map(({ from }) => folderOf(from)))].sort(),
    ['demo', 'publish', 'record'],
    'demo and record only listen',
  );
  t.same(
    show(all.filter(({ from, to }) => from.startsWith('publish/sparkplug/') && to === 'domain/signal.ts')),
    [],
  );
});

t.test('recordings and reports are made of what was published, and of nothing else', async (t) => {
  const within = [
    'record',
    'report',
    'publish',
    'domain',
    'config',
    'privacy',
    'aggregate',
    'state',
    'governance',
  ];
  for (const command of ['cli/record.ts', 'cli/report.ts']) {
    const reached = [...reachable(command)].filter((to) => to.endsWith('.ts'));
    t.ok(reached.length > 10, command);
    t.same(
      reached.filter((to) => isStage(to) && !['publish', 'aggregate'].includes(folderOf(to))),
      [],
      `${command} reaches no stage that has ever seen a picture`,
    );
    t.same(
      reached.filter((to) => !within.includes(folderOf(to)) && !['cli', 'models', ''].includes(folderOf(to))),
      [],
      `${command} reaches nothing that runs a camera`,
    );
  }
  t.same(
    show(
      all.filter(
        ({ from, to }) =>
          folderOf(from) === 'report' &&
          (to.startsWith('node:http') || to.startsWith('node:net') || to === 'mqtt'),
      ),
    ),
    [],
    'a report is made without a network',
  );
});

t.test('people are shown masked frames and no others', async (t) => {
  const inside = all.filter(({ from }) => folderOf(from) === 'show' && !from.endsWith('.d.ts'));
  t.ok(inside.length > 5);
  const pixels = ['RawFrame', 'RedactedFrame', 'FaceCrop', 'asRawFrame', 'asRedactedFrame', 'asFaceCrop'];
  t.same(
    show(inside.filter(({ names }) => names.some((name) => pixels.includes(name)))),
    [],
    'what shows them can name no other pixels',
  );
  const doors = ['node:stream', 'node-rtsp-stream/mpeg1muxer.js'];
  t.same(
    show(inside.filter(({ to }) => !['domain', 'show'].includes(folderOf(to)) && !doors.includes(to))),
    [],
    'and takes them nowhere but to the muxer and the stream it is given',
  );
  const users = (used: (to: string) => boolean) => [
    ...new Set(all.filter(({ to }) => used(to)).map(({ from }) => from)),
  ];
  t.same(
    users((to) => to.startsWith('show/'))
      .filter((from) => folderOf(from) !== 'show')
      .sort(),
    ['camera/onlooker.ts', 'camera/stages.ts'],
    'only a camera process shows anything',
  );
  t.same(
    all.filter(({ to }) => to.startsWith('node-rtsp-stream')).map(({ from, to }) => [from, to]),
    [['show/stream.ts', 'node-rtsp-stream/mpeg1muxer.js']],
    'of node-rtsp-stream the muxer alone is used: its server asks nobody who they are',
  );
  t.same(
    users((to) => to === 'ws'),
    ['live/doorway.ts'],
    'one place serves browsers',
  );
});

t.test('single faces are evaluated by the replay command alone', async (t) => {
  const outside = all.filter(({ from, to }) => folderOf(to) === 'evaluate' && folderOf(from) !== 'evaluate');
  t.same(
    [...new Set(outside.map(({ from }) => from))].sort(),
    ['cli/evaluation-files.ts', 'cli/replay.ts'],
    'nobody else imports it',
  );
  const daemon = [...new Set(all.map(({ from }) => from))].filter(
    (from) =>
      ['camera', 'supervise'].includes(folderOf(from)) || from === 'cli/run.ts' || from === 'pipeline.ts',
  );
  t.ok(daemon.includes('camera/main.ts'));
  for (const file of daemon)
    t.same(
      [...reachable(file)].filter((to) => folderOf(to) === 'evaluate'),
      [],
      `${file} cannot reach it`,
    );
  t.same(
    show(all.filter(({ from, to }) => folderOf(from) === 'evaluate' && isStage(to))),
    [],
    'it judges the stages and uses none',
  );
});

t.test(
  'files are written by the ledger and the commands only, and no stage near pixels can open one',
  async (t) => {
    const near = [
      'detect',
      'track',
      'permit',
      'redact',
      'align',
      'quality',
      'pace',
      'encode',
      'spot',
      'recognise',
      'evaluate',
      'assess',
    ];
    const io = [
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:http',
      'node:https',
      'node:dgram',
      'node:tls',
      'node:child_process',
      'mqtt',
      'sharp',
    ];
    t.same(show(all.filter(({ from, to }) => near.includes(folderOf(from)) && io.includes(to))), []);
  },
);
