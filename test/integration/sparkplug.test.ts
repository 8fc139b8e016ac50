import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, GROUP, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { host } from '../support/sparkplug.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000 };

t.test('the daemon says the same twice: plain and as Sparkplug; killed, its will speaks', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  await using scada = await host(broker.url);
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const config = writeConfig(join(folder, 'config'), {
    camera: camera.url,
    broker: broker.url,
    ofMqtt: { sparkplug: { group: GROUP } },
    more: {
      aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, epsilonPerDay: 1000 },
    },
  });
  const state = join(folder, 'config/state');
  const ledger = () => readFileSync(join(state, 'releases.jsonl'), 'utf8');
  const bdSeqs = (kind: string) => scada.of(kind).map(({ metrics }) => metrics.get('bdSeq')!.value);
  {
    await using daemon = agent(['run', config]);
    await until(() => scada.of('DDATA').length >= 2, 'two windows', WITHIN);
    for (const { topic, metrics } of scada.of('DDATA')) {
      t.equal(topic, `spBv1.0/${GROUP}/DDATA/box-1/press`);
      const value = (name: string) => metrics.get(name)!.value;
      const plain = await until(
        () =>
          plant.messages.find(
            ({ topic: each, body }) =>
              each.endsWith('/signal') && Date.parse(body.window.end) === value('window/end'),
          ),
        'the same window in plain',
      );
      const { body } = plain;
      t.equal(value('state'), body.state);
      t.equal(value('reason'), body.reason ?? null);
      t.equal(value('model/evidence'), 'synthetic');
      for (const label of ['none', 'negative', 'positive', 'surprise']) {
        t.equal(value(`slots/${label}`), body.slots?.[label] ?? null, label);
        const { interval95 } = metrics.get(`slots/${label}`)!.properties;
        t.equal(interval95, body.state === 'released' ? body.noise.interval95 : undefined);
      }
    }
    await until(() => /"kind":"delivered"/.test(ledger()), 'the note that both have it', WITHIN);
    const ends = scada.of('DDATA').map(({ metrics }) => metrics.get('window/end')!.value);
    t.equal(new Set(ends).size, ends.length, 'each window once');
    await until(
      () => scada.of('NDATA').some(({ metrics }) => metrics.has('cameras/cam/fps')),
      'health',
      WITHIN,
    );
    daemon.child.kill('SIGKILL');
    await daemon.exited;
  }
  await scada.wait('NDEATH');
  t.same([bdSeqs('NBIRTH'), bdSeqs('NDEATH')], [[0], [0]]);
  t.ok(readdirSync(state).includes('sparkplug-connections'));
  await using daemon = agent(['run', config]);
  await until(() => scada.of('NBIRTH').length === 2, 'the next birth', WITHIN);
  t.same(bdSeqs('NBIRTH'), [0, 1], 'a number of its own, over restarts');
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  await until(() => bdSeqs('NDEATH').includes(1), 'the goodbye');
});
