import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { box } from '../support/box.ts';
import { faultOf } from '../support/contract.ts';
import { BASE, PASSWORDS, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { agent, freePort } from '../support/processes.ts';
import { subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

interface Line {
  readonly kind: string;
  readonly n?: number;
  readonly payload?: string;
}

t.test('killed with messages that no broker has taken: the same bytes go out, once each', async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const config = writeConfig(join(folder, 'config'), {
    camera: camera.url,
    broker: `mqtt://127.0.0.1:${port}`,
    more: {
      aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, epsilonPerDay: 1000 },
    },
  });
  const ledger = (): Line[] =>
    readFileSync(join(folder, 'config/state/releases.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const payloads = () => ledger().flatMap(({ payload }) => payload ?? []);
  {
    await using daemon = agent(['run', config]);
    await until(() => daemon.text().includes('started') && payloads().length >= 2, 'two releases', {
      withinMs: 60_000,
    });
    daemon.child.kill('SIGKILL');
    await daemon.exited;
  }
  const written = payloads();
  await using _broker = await startMosquitto(join(folder, 'broker'), port);
  const heard: string[] = [];
  const plant = connect(`mqtt://127.0.0.1:${port}`, {
    username: 'dashboard',
    password: PASSWORDS.dashboard,
    protocolVersion: 5,
  });
  await new Promise<void>((resolve) =>
    plant.once('connect', () => plant.subscribe(`${BASE}/#`, { qos: 1 }, () => resolve())),
  );
  plant.on('message', (topic, payload) => {
    if (topic === `${TOPIC}/zone/press/signal`) heard.push(payload.toString('utf8'));
  });
  for (const payload of written) t.equal(faultOf('signal', JSON.parse(payload)), undefined);
  const run = async () => {
    await using daemon = agent(['run', config]);
    const before = heard.length;
    await until(() => heard.length > before, 'a signal', { withinMs: 60_000 });
    // Delivered is noted after the acknowledgement of the broker.
    await until(() => ledger().some(({ kind }) => kind === 'delivered'), 'the note of it');
    daemon.child.kill('SIGTERM');
    t.equal(await daemon.exited, 0);
  };
  await run();
  t.same(heard.slice(0, written.length), written, 'byte for byte, in their order');
  await run();
  for (const payload of written)
    t.equal(heard.filter((each) => each === payload).length, 1, 'and not once more after the next start');
  await plant.endAsync(true);
});

t.test(
  'killed with a queue that has overflowed: the gap first, then the rest in order, once each',
  async (t) => {
    const folder = t.testdir();
    const port = await freePort();
    const url = `mqtt://127.0.0.1:${port}`;
    {
      await using earlier = await box(folder, url);
      for (let i = 0; i < 14; i++) await earlier.close();
    }
    const config = writeConfig(join(folder, 'config'), {
      camera: 'rtsp://127.0.0.1:1/stream',
      broker: url,
      ofMqtt: { queueMessages: 10 },
      // Nothing of its own meanwhile.
      more: { aggregation: { windowS: 86_400, epsilonPerDay: 1000 } },
    });
    {
      await using daemon = agent(['run', config]);
      await until(() => daemon.text().includes('"started"'), 'the start', { withinMs: 60_000 });
      daemon.child.kill('SIGKILL');
      await daemon.exited;
    }
    await using broker = await startMosquitto(join(folder, 'broker'), port);
    await using plant = await subscriber(broker.url);
    for (const run of [1, 2]) {
      await using daemon = agent(['run', config]);
      await until(() => daemon.text().includes('connected to the broker'), 'the broker', {
        withinMs: 60_000,
      });
      await until(() => plant.heard.length >= 11, `all of it, run ${run}`);
      daemon.child.kill('SIGTERM');
      t.equal(await daemon.exited, 0);
    }
    const [gap, ...signals] = plant.heard.map(({ text }) => JSON.parse(text));
    t.match(gap, { schema: 'micron-edge/gap/1', count: 4, reason: 'size' });
    const ends = signals.map(({ window }) => window.end);
    t.same(ends, [...ends].sort());
    t.equal(new Set(signals.map(({ id }) => id)).size, 10);
    t.same([signals.length, plant.faults], [10, []], 'once each, over both runs');
  },
);
