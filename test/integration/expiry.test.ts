import { join } from 'node:path';
import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { openAudit } from '../../agent/audit/configured.ts';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { loadConfigured } from '../../agent/models/configured.ts';
import { contextOf } from '../../agent/publish/configured.ts';
import type { Capture } from '../../agent/publish/messages.ts';
import type { Publisher } from '../../agent/publish/publisher.ts';
import { systemClock } from '../../agent/state/clock.ts';
import { supervise } from '../../agent/supervise/supervisor.ts';
import { serviceManager } from '../../agent/systemd/notify.ts';
import { TestCamera } from '../camera/camera.ts';
import { writeConfig } from '../support/plant.ts';
import { until } from '../support/until.ts';

const HOUR = 3_600_000;
const quiet = { info() {}, warn() {}, error() {} };

t.test('the assessment expires while a camera is being watched: its connection ends', async (t) => {
  const folder = t.testdir();
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const { config } = await loadConfig(
    writeConfig(folder, {
      camera: camera.url,
      broker: 'mqtt://127.0.0.1:1',
      more: {
        governance: {
          purpose: 'safety',
          jurisdiction: 'DE',
          legalBasis: 'Art. 6(1)(c) GDPR',
          dpia: { reference: 'DPIA-1', expires: new Date().toISOString().slice(0, 10) },
          notice: 'sign',
          agreement: { reference: 'WA-7' },
        },
        aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4, epsilonPerDay: 1000 },
      },
    }),
  );
  const stateFolder = join(folder, 'state');
  let aheadMs = 0;
  const real = systemClock();
  const clock = { ...real, wallMs: () => real.wallMs() + aheadMs };
  await using audit = await openAudit(stateFolder, config, clock);
  await using ledger = await Ledger.open(stateFolder, { clock, keepMs: 48 * HOUR });
  const told: Capture[] = [];
  const publisher = {
    capture: (capture: Capture) => told.push(capture),
    signal() {},
    resume() {},
    expire() {},
    health() {},
    auditHead() {},
    async [Symbol.asyncDispose]() {},
  } as unknown as Publisher;
  const ended = new AbortController();
  const { micronBert } = await loadConfigured(config);
  const supervised = supervise(
    {
      config,
      context: contextOf(config, micronBert),
      stateFolder,
      ledger,
      audit,
      clock,
      log: quiet,
      service: serviceManager({}, process.pid, () => {}),
      publisher: () => publisher,
    },
    ended.signal,
  );
  await until(() => camera.clients === 1, 'the camera is watched', { withinMs: 60_000 });
  aheadMs = 24 * HOUR;
  await until(() => camera.clients === 0, 'the camera is let go', { withinMs: 2_000 });
  await until(() => told.length === 2, 'word of it');
  t.same(told, [{ state: 'watching' }, { state: 'refused', reasons: ['dpia-expired'] }]);
  ended.abort();
  await supervised;
});
