import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { BASE, startMosquitto, dashboard as subscriber } from '../support/plant.ts';
import { until } from '../support/until.ts';
import { boxWithHistory, LOST } from './history.ts';
import { linesOf, startInflux } from './influx.ts';

const WINDOWS = 32;
const NEVER_CAME = LOST.to - LOST.from + 1;
const MORE_ACL = `\nuser agent\ntopic write ${BASE}/micron-edge/+/#\ntopic read ${BASE}/micron-edge/+/command\n`;

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly query: string }[];
}

t.test('every query of the dashboard finds on InfluxDB what the boxes have said', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'), undefined, MORE_ACL);
  await using plant = subscriber(broker.url);
  await mkdir(join(folder, 'influx'));
  await using influx = await startInflux(join(folder, 'influx'));
  await using _box = await boxWithHistory(broker.url, WINDOWS, Date.now());
  const signals = () => plant.messages.filter(({ topic }) => topic.endsWith('/signal'));
  await until(
    () =>
      signals().length === 2 * WINDOWS - NEVER_CAME &&
      ['/health', '/gap'].every((end) => plant.messages.some(({ topic }) => topic.endsWith(end))),
    'all of it',
  );
  const lines = plant.messages.flatMap(({ topic, body }) => linesOf(topic, body));
  await influx.write(lines);
  // At least once: what comes again changes nothing.
  await influx.write(lines);

  const file = join(ROOT, 'deploy/grafana/dashboards/micron-edge.json');
  const { panels, templating } = JSON.parse(readFileSync(file, 'utf8')) as {
    panels: Panel[];
    templating: { list: { name: string; query: string }[] };
  };
  const filled = (query: string) =>
    query
      .replaceAll('$node', 'press-shop-2')
      .replaceAll('$zone', 'assembly')
      .replaceAll('$timeFilter', 'time >= now() - 1d');
  const variables = await Promise.all(
    templating.list.map(async ({ name, query }) => [
      name,
      (await influx.query(filled(query)))[0]?.values.map(([, value]) => value),
    ]),
  );
  t.same(Object.fromEntries(variables), { node: ['press-shop-2'], zone: ['assembly', 'press-2'] });

  const sent = signals().filter(({ body }) => body.zone === 'assembly');
  const released = sent.filter(({ body }) => body.state === 'released');
  for (const { title, targets = [] } of panels)
    for (const { query } of targets) {
      const found = await influx.query(filled(query));
      t.ok(found.length > 0, `${title}: something is found`);
      if (!['negative', 'positive', 'surprise'].includes(title)) continue;
      const [{ columns, values }] = found as [(typeof found)[0]];
      t.same(columns, ['time', 'count', 'low', 'high', 'people']);
      t.equal(values.length, WINDOWS - NEVER_CAME, 'each window once, withheld ones too');
      t.same(
        values.filter(([, count]) => count !== null),
        released.map(({ body }) => {
          const { interval95 } = body.noise;
          const count = body.slots[title];
          return [Date.parse(body.window.end), count, count - interval95, count + interval95, body.headCount];
        }),
        `${title}: counts and their bands`,
      );
    }
  const of = (title: string) =>
    influx.query(filled(panels.find((panel) => panel.title === title)!.targets![0]!.query));
  t.same(
    (await of('What the model has been shown to work on'))[0]!.values.map(([, value]) => value),
    ['synthetic'],
  );
  const reasons = (await of('Windows of $zone'))[0]!.values.map(([, , reason]) => reason);
  t.same(
    reasons.filter((reason) => reason !== null),
    ['capture', 'capture', 'total', 'budget'],
  );
  const [gap] = plant.messages.filter(({ topic }) => topic.endsWith('/gap'));
  t.same((await of('Never delivered, $zone'))[0]!.values, [
    [Date.parse(gap!.body.from), gap!.body.to, NEVER_CAME, 'age'],
  ]);
  const sums = (await of('Where on the face, $zone'))[0]!;
  t.same(
    Object.fromEntries(sums.columns.map((name, i) => [name, sums.values[0]![i]])),
    Object.fromEntries([
      ['time', sums.values[0]![0]],
      ...Object.entries(released[0]!.body.regions.slots).map(([name, count]) => [
        name,
        (count as number) * released.length,
      ]),
    ]),
  );
  const [within] = await influx.query(
    filled(panels.find(({ title }) => title === 'Where on the face, $zone')!.targets![1]!.query),
  );
  t.equal(Math.round(within!.values[0]![1] as number), Math.round(72 * Math.sqrt(released.length)));
  t.same(
    (await of('Pictures looked at a second')).map(({ tags, values }) => [tags!.id, ...values[0]!.slice(1)]),
    [['press-2-front', 15, 25]],
  );
  t.same(
    (await of('Why fewer were looked at than came')).map(({ tags, values }) => [tags!.id, values[0]![1]]),
    [['press-2-front', 'thermal']],
  );
  t.same(
    (await of('State of cameras')).map(({ tags, values }) => [tags!.id, values[0]![1]]),
    [
      ['assembly-east', 'waiting'],
      ['press-2-front', 'streaming'],
    ],
  );
});
