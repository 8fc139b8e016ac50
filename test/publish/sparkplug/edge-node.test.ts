import { join } from 'node:path';
import t from 'tap';
import { GROUP, startMosquitto } from '../../support/plant.ts';
import { message } from '../../support/queue.ts';
import { type Heard, host } from '../../support/sparkplug.ts';
import { until } from '../../support/until.ts';
import { cable, edgeNode, endMs, from, health, released, withheld } from './node.ts';

const values = ({ metrics }: Heard) =>
  Object.fromEntries([...metrics].map(([name, { value }]) => [name, value]));
const shown = (messages: readonly Heard[]) => messages.map(({ kind, device, seq }) => [kind, device, seq]);

t.test('births, data, rebirth and death on Mosquitto', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  await using plant = await host(broker.url);
  {
    await using box = edgeNode(broker.url, { births: from(255) });
    const { delivered } = box;
    await until(() => plant.heard.length === 3, 'the birth');
    // tck-id-payloads-nbirth-seq, -dbirth-seq-inc, -dbirth-order
    t.same(shown(plant.heard), [
      ['NBIRTH', undefined, 0],
      ['DBIRTH', 'press', 1],
      ['DBIRTH', 'paint', 2],
    ]);
    const [nbirth, dbirth] = plant.heard as [Heard, Heard];
    // tck-id-message-flow-edge-node-birth-publish-nbirth-topic, -dbirth-topic
    t.equal(nbirth.topic, `spBv1.0/${GROUP}/NBIRTH/box-1`);
    t.equal(dbirth.topic, `spBv1.0/${GROUP}/DBIRTH/box-1/press`);
    // tck-id-payloads-nbirth-bdseq, -rebirth-req
    t.match(nbirth.metrics.get('bdSeq'), { type: 'Int64', value: 255 });
    t.match(nbirth.metrics.get('Node Control/Rebirth'), { type: 'Boolean', value: false });
    t.match(values(nbirth), {
      version: '1.2.3',
      'capture/state': null,
      'cameras/cam/fps': null,
      uptimeS: null,
    });
    t.ok(
      [...dbirth.metrics.values()].every(({ value }) => value === null),
      'nothing is known yet',
    );

    box.node.health(health(60));
    box.node.health(health(61));
    box.node.signal(message(released('press', 1), 1));
    box.node.signal(message(withheld('paint', 1), 2));
    await until(() => delivered.length === 2, 'both delivered');
    await until(() => plant.heard.length === 7, 'all heard');
    const [all, changed, press, paint] = plant.heard.slice(3) as [Heard, Heard, Heard, Heard];
    t.same(shown([all, changed, press, paint]), [
      ['NDATA', undefined, 3],
      ['NDATA', undefined, 4],
      ['DDATA', 'press', 5],
      ['DDATA', 'paint', 6],
    ]);
    t.match(values(all), {
      uptimeS: 60,
      'capture/state': 'watching',
      'cameras/cam/state': 'streaming',
      'cameras/cam/fps': 25,
    });
    t.same(values(changed), { uptimeS: 61 }, 'by exception');
    t.match(values(press), {
      'window/end': endMs(1),
      state: 'released',
      reason: null,
      headCount: 6,
      'model/evidence': 'synthetic',
      'model/validatedOn': 'x, y',
      'slots/none': 101,
      'slots/negative': -7,
      'noise/mechanism': 'discrete-laplace',
      'noise/epsilon': 0.5,
      'noise/interval95': 36,
      'regions/slots/mouth': 19,
      'regions/noise/interval95': 72,
    });
    t.match(press.metrics.get('slots/negative'), {
      type: 'Int64',
      atMs: endMs(1),
      isHistorical: false,
      properties: { interval95: 36 },
    });
    t.same(press.metrics.get('regions/slots/chin')!.properties, { interval95: 72 }, 'of their own noise');
    t.match(values(paint), {
      state: 'withheld',
      reason: 'budget',
      'slots/none': null,
      'noise/interval95': null,
    });
    // tck-id-topics-dbirth-metric-reqs, tck-id-payloads-name-birth-data-requirement
    for (const { metrics, device } of [press, paint])
      for (const [name, { type }] of metrics)
        t.equal(
          plant
            .of('DBIRTH')
            .find((birth) => birth.device === device)!
            .metrics.get(name)?.type,
          type,
          name,
        );

    const before = plant.heard.length;
    await plant.rebirth(false);
    await plant.command(Uint8Array.of(0xff, 0xff));
    await until(() => box.troubles.includes('sparkplug-unreadable-command'), 'the complaint');
    t.equal(plant.heard.length, before, 'a command that asks for nothing, and one that is none');
    await plant.rebirth();
    await until(() => plant.heard.length === before + 3, 'the rebirth');
    const again = plant.heard.slice(-3);
    // tck-id-operational-behavior-data-commands-rebirth-action-2, -3
    t.same(shown(again), [
      ['NBIRTH', undefined, 0],
      ['DBIRTH', 'press', 1],
      ['DBIRTH', 'paint', 2],
    ]);
    t.match(values(again[0]!), { bdSeq: 255, uptimeS: 61 }, 'the same number of the same connection');
    t.match(values(again[1]!), { 'slots/none': 101, state: 'released' }, 'the newest values');
    t.equal(again[1]!.metrics.get('slots/none')!.atMs, endMs(1));
  }
  await until(() => plant.of('NDEATH').length > 0, 'NDEATH');
  const deaths = plant.of('NDEATH');
  for (const death of deaths) {
    t.same([death.qos, death.retain, death.seq, values(death)], [1, false, undefined, { bdSeq: 255 }]);
  }
  for (const { kind, qos, retain, atMs } of plant.heard) {
    if (kind === 'NDEATH') continue;
    // tck-id-payloads-nbirth-qos, -retain, -timestamp and those of DBIRTH, NDATA, DDATA
    t.same([qos, retain, atMs > 1.7e12], [0, false, true], kind);
  }
  await using late = await host(broker.url);
  await late.pass();
  t.same(shown(late.heard), [], 'nothing is retained');
});

t.test('the sequence goes round after 255', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  await using plant = await host(broker.url);
  await using box = edgeNode(broker.url, { births: from(0), version: 4 });
  await plant.wait('NBIRTH');
  for (let n = 0; n < 600; n++) box.node.health(health(n));
  await until(() => plant.heard.length === 603, 'all of it');
  t.same(
    plant.heard.map(({ seq }) => seq),
    Array.from({ length: 603 }, (_, n) => n % 256),
  );
});

t.test(
  'a cable is cut: the will, a new number, and what waited comes as history, each window once',
  async (t) => {
    await using broker = await startMosquitto(join(t.testdir(), 'broker'));
    await using plant = await host(broker.url);
    await using wire = await cable(broker.port);
    await using box = edgeNode(wire.url, { births: from(41) });
    await plant.wait('NBIRTH');
    const { delivered } = box;
    const say = (n: number) => box.node.signal(message(released('press', n), n));
    say(1);
    await until(() => delivered.length === 1, 'the first');
    wire.cut();
    const death = await plant.wait('NDEATH');
    // tck-id-payloads-ndeath-will-message-qos, -retain; -ndeath-seq; -ndeath-bdseq
    t.same([death.qos, death.retain, death.seq, values(death)], [1, false, undefined, { bdSeq: 41 }]);
    await until(() => box.troubles.length > 0, 'the complaint');
    say(2);
    say(3);
    t.same(delivered, [1], 'the ledger holds them');
    const first = plant.heard.length;
    wire.mend();
    await until(() => delivered.length === 3, 'the others', { withinMs: 20_000 });
    say(4);
    await until(() => delivered.length === 4, 'and the next');
    const after = await until(
      () => plant.heard.length === first + 6 && plant.heard.slice(first),
      'all of it',
    );
    t.same(
      shown(after).map(([kind]) => kind),
      ['NBIRTH', 'DBIRTH', 'DBIRTH', 'DDATA', 'DDATA', 'DDATA'],
    );
    // At least one attempt has failed meanwhile, and each CONNECT has a number of its own.
    const { value } = after[0]!.metrics.get('bdSeq')!;
    t.ok((value as number) > 41, `bdSeq ${value}`);
    t.match(values(after[1]!), { 'slots/none': 103 }, 'born with the newest values');
    t.same(
      after.slice(3).map(({ metrics }) => {
        const { value: none, isHistorical, atMs } = metrics.get('slots/none')!;
        return [none, isHistorical, atMs];
      }),
      [
        [102, true, endMs(2)],
        [103, true, endMs(3)],
        [104, false, endMs(4)],
      ],
    );
  },
);

t.test('with a primary host nothing is said while it is not online', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  await using plant = await host(broker.url);
  await using box = edgeNode(broker.url, { births: from(7), primaryHost: 'ignition' });
  await until(() => box.troubles.includes('sparkplug-host-offline'), 'the complaint');
  const { delivered } = box;
  const say = (n: number) => box.node.signal(message(released('press', n), n));
  say(1);
  t.same([plant.heard.length, delivered], [0, []]);
  await plant.rebirth();
  await plant.state(true, 1000);
  await until(() => delivered.length === 1, 'the birth and what waited');
  await plant.pass();
  t.same(
    plant.heard.map(({ kind }) => kind),
    ['NBIRTH', 'DBIRTH', 'DBIRTH', 'DDATA'],
  );
  t.equal(plant.of('DDATA')[0]!.metrics.get('state')!.isHistorical, true);

  // tck-id-operational-behavior-edge-node-termination-host-offline-timestamp: a word from before does not count.
  await plant.state(false, 999);
  say(2);
  await until(() => delivered.length === 2, 'data as before');
  await plant.pass();
  t.equal(plant.of('NDEATH').length, 0);

  await plant.state(false, 1001);
  const death = await plant.wait('NDEATH');
  t.same(values(death), { bdSeq: 7 });
  say(3);
  const count = plant.of('NBIRTH').length;
  await plant.state(true, 1002);
  await until(() => delivered.length === 3, 'the new birth and what waited');
  await plant.pass();
  t.same(
    plant
      .of('NBIRTH')
      .slice(count)
      .map((birth) => birth.metrics.get('bdSeq')!.value),
    [8],
  );
});

t.test('of too many the oldest make way, and the host is told how many', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  await using plant = await host(broker.url);
  await using box = edgeNode(broker.url, {
    births: from(0),
    primaryHost: 'ignition',
    ofQueue: { mostSignals: 3 },
  });
  for (let n = 1; n <= 5; n++) box.node.signal(message(released('press', n), n));
  await plant.state(true, 1000);
  await until(() => box.delivered.length === 3, 'the birth and what waited');
  await plant.pass();
  const [birth] = plant.of('DBIRTH');
  t.equal(birth!.metrics.get('gap/count')!.value, null, 'nobody was told of it yet');
  t.equal(birth!.metrics.get('gap/count')!.type, 'Int64');
  const [gap, ...rest] = plant.of('DDATA');
  t.match(values(gap!), { 'gap/count': 2, 'gap/reason': 'size', 'gap/to': endMs(2) });
  t.notOk(gap!.metrics.has('slots/none'), 'and nothing else in it');
  t.ok([...gap!.metrics.values()].every(({ isHistorical }) => isHistorical));
  t.same(
    rest.map(({ metrics }) => metrics.get('window/end')!.value),
    [endMs(3), endMs(4), endMs(5)],
  );
  await plant.rebirth();
  await until(() => plant.of('DBIRTH').length === 4, 'the rebirth');
  t.equal(plant.of('DBIRTH')[2]!.metrics.get('gap/count')!.value, 2, 'who asks later learns it too');
});

t.test('zones that come and go are born and buried, and have their last word before', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  await using plant = await host(broker.url);
  await using box = edgeNode(broker.url, { births: from(3) });
  await until(() => plant.of('DBIRTH').length === 2, 'the birth');
  const zone = (id: string) => ({ id, name: id, headCount: 6 });
  const first = plant.heard.length;
  box.node.plant({ zones: [zone('paint'), zone('hall')], cameras: ['cam', 'other'] });
  await until(() => plant.heard.length === first + 4, 'the new birth');
  t.same(shown(plant.heard.slice(first)), [
    ['DDEATH', 'press', 3],
    ['NBIRTH', undefined, 0],
    ['DBIRTH', 'paint', 1],
    ['DBIRTH', 'hall', 2],
  ]);
  const [, birth] = plant.of('NBIRTH');
  t.match(values(birth!), { bdSeq: 3, 'cameras/other/state': null });
  const then = plant.heard.length;
  // The window in which it left closes later.
  box.node.signal(message(released('press', 1), 1));
  await until(() => plant.heard.length === then + 3, 'its last word');
  t.same(
    shown(plant.heard.slice(then)).map(([kind, device]) => [kind, device]),
    [
      ['DBIRTH', 'press'],
      ['DDATA', 'press'],
      ['DDEATH', 'press'],
    ],
  );
});
