import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import type { Config } from '../../agent/config/schema.ts';
import { brokenBy, reloadOf, withFiles } from '../../agent/supervise/reload.ts';
import { Zones } from '../../agent/supervise/zones.ts';
import { writeConfig } from '../support/plant.ts';

type Camera = Config['cameras'][number];

const { config } = await loadConfig(
  writeConfig(join(t.testdir(), 'config'), {
    camera: 'rtsp://127.0.0.1:1/stream',
    broker: 'mqtt://127.0.0.1:1',
  }),
);
const [camera] = config.cameras as [Camera];
const [zone] = camera.zones as [Camera['zones'][number]];
const withCamera = (changes: Partial<Camera>): Config => ({
  ...config,
  cameras: [{ ...camera, ...changes }],
});
const ids = (cameras: readonly Camera[]) => cameras.map(({ id }) => id);

t.test('cameras come, change and go, and nobody else begins anew', async (t) => {
  t.match(reloadOf(config, config), { next: config, applied: [], afterRestart: [] });
  const other = { ...camera, id: 'other', zones: [{ ...zone, id: 'paint' }] };
  const cases: readonly [string, Config, readonly [string[], string[], string[]]][] = [
    ['another address', withCamera({ url: 'rtsp://127.0.0.1:2/stream' }), [[], ['cam'], []]],
    ['another head count', withCamera({ zones: [{ ...zone, headCount: 7 }] }), [[], ['cam'], []]],
    ['another zone', withCamera({ zones: [{ ...zone, id: 'x' }] }), [[], ['cam'], []]],
    ['a camera more', { ...config, cameras: [other, camera] }, [['other'], [], []]],
    ['another camera instead', { ...config, cameras: [other] }, [['other'], [], ['cam']]],
  ];
  for (const [what, wanted, [added, changed, removed]] of cases) {
    const reload = reloadOf(config, wanted);
    t.same(
      [ids(reload.cameras.added), ids(reload.cameras.changed), reload.cameras.removed],
      [added, changed, removed],
      what,
    );
    t.same(
      reload.applied,
      [...added, ...changed, ...removed].map((id) => `cameras.${id}`),
    );
    t.same(reload.next, wanted, 'all of it is applied');
  }
});

t.test('key by key: what can be applied is, what stands in messages and open files waits', async (t) => {
  const wanted: Config = {
    ...config,
    health: { ...config.health, intervalS: 9, http: { address: '127.0.0.1', port: 9464 } },
    governance: { ...config.governance, notice: 'another', jurisdiction: 'DE' },
    mqtt: { ...config.mqtt, keepaliveS: 17 },
    schedule: { timeZone: 'UTC', hours: [{ days: ['mon'], from: '06:00', to: '14:00' }] },
  };
  const { next, applied, afterRestart, cameras } = reloadOf(config, wanted);
  t.same(applied, ['governance.notice', 'health.intervalS', 'schedule']);
  t.same(afterRestart, ['governance.jurisdiction', 'health.http', 'mqtt']);
  t.same(next, {
    ...config,
    health: { ...config.health, intervalS: 9 },
    governance: { ...config.governance, notice: 'another' },
    schedule: wanted.schedule,
  });
  t.same(cameras, { added: [], changed: [], removed: [] });
  t.same(reloadOf(wanted, config).applied, applied, 'and back');
  t.equal(reloadOf(wanted, config).next.schedule, undefined);
  const finer = { ...config, quality: { ...config.quality, minFps: config.quality.minFps + 1 } };
  t.same(
    reloadOf(config, finer).applied,
    ['quality', 'cameras.cam'],
    'what all cameras are told, all are told anew',
  );
});

t.test('files with another content begin anew whoever uses them, once', async (t) => {
  const other = { ...camera, id: 'other', zones: [{ ...zone, id: 'paint' }] };
  const both = { ...config, cameras: [camera, other] };
  const keys = ['mqtt.tls.keyFile', 'page.tokenFile', 'cameras.other.credentialsFile'];
  t.match(withFiles(reloadOf(both, both), keys), {
    cameras: { added: [], changed: [{ id: 'other' }], removed: [] },
    broker: true,
    applied: ['mqtt.tls.keyFile', 'cameras.other.credentialsFile'],
    afterRestart: ['page.tokenFile'],
  });
  const added = withFiles(reloadOf(config, both), keys.slice(1));
  t.same([ids(added.cameras.added), ids(added.cameras.changed), added.broker], [['other'], [], false]);
  const gone = withFiles(reloadOf(both, config), ['cameras.other.credentialsFile']);
  t.same([gone.cameras.changed, gone.applied], [[], ['cameras.other']]);
});

t.test('a mixture of old and new that breaks a rule is seen', async (t) => {
  // Over a TLS broker that waits for a restart a password is fine; over the one that runs it is not.
  const remote: Config = { ...config, mqtt: { ...config.mqtt, url: 'mqtt://broker.plant.example' } };
  t.same(brokenBy(reloadOf(remote, { ...config, schedule: config.schedule })), ['mqtt.url']);
  t.same(brokenBy(reloadOf(config, withCamera({ stallMs: 1_000 }))), []);
});

t.test('zones that change count from the next window on; a lower head count at once', async (t) => {
  const zones = new Zones(
    new Map([
      ['press', 8],
      ['paint', 6],
    ]),
  );
  const now = () => [...zones.headCounts];
  zones.declare(
    new Map([
      ['press', 3],
      ['hall', 9],
    ]),
  );
  t.same(
    now(),
    [
      ['press', 3],
      ['paint', 6],
    ],
    'what leaves is in the window that runs',
  );
  zones.turn();
  t.same(now(), [
    ['press', 3],
    ['hall', 9],
  ]);
  zones.declare(new Map([['press', 12]]));
  t.same(
    now(),
    [
      ['press', 3],
      ['hall', 9],
    ],
    'a higher one was not so for all of the window',
  );
  zones.turn();
  t.same(now(), [['press', 12]]);
});
