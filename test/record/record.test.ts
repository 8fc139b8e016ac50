import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import t from 'tap';
import { asReleased } from '../../agent/domain/aggregate.ts';
import { Publisher } from '../../agent/publish/publisher.ts';
import { seal } from '../../agent/publish/signal.ts';
import { CONTEXT } from '../report/works.ts';
import { BASE, PASSWORDS, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { message, queue } from '../support/queue.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000 };
const WINDOW_MS = 900_000;
/** Older ones would not be sent any more. */
const FIRST = Math.floor(Date.now() / WINDOW_MS) - 10;

function signalOf(i: number) {
  const context = {
    ...CONTEXT,
    model: { ...CONTEXT.model, validatedOn: [] },
    node: 'box-1',
    slotSeconds: 10,
    headCounts: new Map([['press', 6]]),
  };
  const window = { startMs: (FIRST + i) * WINDOW_MS, endMs: (FIRST + i + 1) * WINDOW_MS };
  const counts = { none: 40 + i, negative: 3, positive: -1, surprise: 2 };
  const noise = { mechanism: 'discrete-laplace', epsilon: 1, interval95: 36 } as const;
  const aggregate = asReleased({ zoneId: 'press', window, state: 'released', counts, noise });
  return message(seal(aggregate, context, randomUUID()));
}

t.test('what a node says is written down, also what came while the recorder was away', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  const config = writeConfig(folder, { camera: 'file:///none.mp4', broker: broker.url });
  const password = join(folder, 'dashboard');
  writeFileSync(password, `${PASSWORDS.dashboard}\n`, { mode: 0o600 });
  const out = join(folder, 'rec.jsonl');
  const login = ['--user', 'dashboard', '--password-file', password];
  const record = () => agent(['record', config, '--out', out, ...login]);
  const read = () =>
    readdirSync(folder)
      .filter((name) => name.startsWith('rec-'))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
  const windows = () =>
    read()
      .split('\n')
      .filter((line) => /signal","payload"/.test(line))
      .map((line) => Date.parse(JSON.parse(line).payload.window.start) / WINDOW_MS - FIRST);

  const { queue: waiting } = queue();
  await using publisher = new Publisher(
    {
      connection: {
        url: broker.url,
        version: 5,
        keepaliveS: 30,
        login: { username: 'agent', password: PASSWORDS.agent },
      },
      baseTopic: BASE,
      node: 'box-1',
      software: '0.1.0',
      kpi: 'd'.repeat(64),
      queue: waiting,
    },
    { onConnected: () => {}, onTrouble: () => {}, onCommand: () => {} },
  );
  await until(() => publisher.condition.connected, 'publisher', WITHIN);
  {
    await using recorder = record();
    await until(() => /Recording/.test(recorder.stderr), 'recorder', WITHIN);
    publisher.signal(signalOf(1));
    publisher.signal(signalOf(2));
    await until(() => windows().length === 2, 'two windows', WITHIN);
    // Killed in the middle of a line, as far as the file shows.
    recorder.child.kill('SIGKILL');
    await recorder.exited;
  }
  const [file] = readdirSync(folder).filter((name) => /^rec-\d{4}-\d\d-\d\d\.jsonl$/.test(name));
  t.ok(file, 'a file with the day in its name');
  writeFileSync(join(folder, file!), '{"at":"2026-', { flag: 'a' });
  publisher.signal(signalOf(3));
  await until(() => publisher.state.waiting === 0, 'the broker has it', WITHIN);
  await using recorder = record();
  await until(() => windows().includes(3), 'the window of meanwhile', WITHIN);
  publisher.signal(signalOf(4));
  await until(() => windows().includes(4), 'the next one', WITHIN);

  await using intruder = connection(broker.url);
  await intruder.say(`${TOPIC}/health`, 'Bob was here');
  await intruder.say(`${TOPIC}/zone/press/signal`, '{"schema":"micron-edge/signal/2","name":"Bob"}');
  await until(() => /other-version/.test(recorder.stderr), 'the word of it', WITHIN);
  recorder.child.kill('SIGTERM');
  t.equal(await recorder.exited, 0);
  t.match(recorder.stderr, /messages recorded, 2 times something that is none/);
  const text = read();
  t.notMatch(text, /Bob/, 'nothing of what is no message');
  t.match(text, /"unfit":"not-json"/);
  t.match(text, `"kpi":"${'d'.repeat(64)}"`);
  t.same([...new Set(windows())].sort(), [1, 2, 3, 4]);

  await using made = agent(['report', folder, '--out', join(folder, 'r.html')]);
  t.equal(await made.exited, 0, made.stderr);
  t.match(made.stderr, /not-json/, 'the torn line is told');
});

t.test("a login that may not read ends it with a sentence; a node's own may not", async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  const config = writeConfig(folder, { camera: 'file:///none.mp4', broker: broker.url });
  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, 'nothing\n', { mode: 0o600 });
  const out = ['--out', join(folder, 'r.jsonl')];
  await using refused = agent(['record', config, ...out, '--user', 'dashboard', '--password-file', wrong]);
  t.equal(await refused.exited, 4);
  t.match(refused.stderr, /The broker refuses the login/);
  await using usage = agent(['record', config, ...out, '--user', 'dashboard']);
  t.equal(await usage.exited, 2);
  await using nothing = agent(['record', config, ...out, '--seconds', '1']);
  const code = await nothing.exited;
  t.ok(code === 1 || code === 4, `ends with ${code}: ${nothing.stderr}`);
});

function connection(url: string) {
  const client = connect(url, { username: 'agent', password: PASSWORDS.agent, clientId: 'intruder' });
  return {
    say: (topic: string, text: string) => client.publishAsync(topic, text, { qos: 1 }),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
