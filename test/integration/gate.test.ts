import { join } from 'node:path';
import t from 'tap';
import { verify } from '../../agent/audit/verify.ts';
import { listener } from '../support/listener.ts';
import { writeConfig } from '../support/plant.ts';
import { agent, type Program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const FULL = {
  purpose: 'safety',
  jurisdiction: 'DE',
  legalBasis: 'Art. 6(1)(c) GDPR',
  dpia: { reference: 'DPIA-1', expires: '2099-12-31' },
  notice: 'sign at the door',
  agreement: { reference: 'WA-7', expires: '2099-12-31' },
};
const without = (key: keyof typeof FULL) => {
  const { [key]: _, ...rest } = FULL;
  return rest;
};

t.test('a refused start touches neither camera nor broker, and says why', async (t) => {
  const folder = t.testdir();
  await using camera = await listener('127.0.0.1');
  await using broker = await listener('127.0.0.1');
  const local = `rtsp://127.0.0.1:${camera.port}/stream`;
  // To this software 127.1 is a name like any other; the system takes it for 127.0.0.1, so that we would see it come.
  const elsewhere = `rtsp://127.1:${camera.port}/stream`;
  const cases: readonly [string, object, string, RegExp][] = [
    ['no-legal-basis', without('legalBasis'), local, /legal-basis-missing: .*GDPR.*Art\. 6\(1\)/],
    ['no-dpia', without('dpia'), local, /dpia-missing: .*Art\. 35/],
    [
      'old-dpia',
      { ...FULL, dpia: { reference: 'x', expires: '2026-01-01' } },
      local,
      /dpia-expired: .*2026-01-01/,
    ],
    ['no-notice', without('notice'), local, /notice-missing: .*Art\. 50\(3\)/],
    ['no-agreement', without('agreement'), local, /agreement-missing: .*Art\. 26\(7\)/],
    [
      'old-agreement',
      { ...FULL, agreement: { reference: 'x', expires: '2026-01-01' } },
      local,
      /agreement-expired: .*2026-01-01/,
    ],
    ['elsewhere', { ...without('dpia'), jurisdiction: 'US' }, local, /dpia-missing: .*rule of this software/],
    [
      'research',
      { ...FULL, purpose: 'research-with-consent' },
      local,
      /purpose-prohibited: .*Art\. 5\(1\)\(f\)/,
    ],
    [
      'research-abroad',
      { purpose: 'research-with-consent', jurisdiction: 'US' },
      local,
      /notice-missing[\s\S]*agreement-missing/,
    ],
    ['demo', { purpose: 'demo', jurisdiction: 'EU' }, elsewhere, /demo-source-not-local/],
  ];
  for (const [name, governance, url, words] of cases) {
    const config = writeConfig(join(folder, name), {
      camera: url,
      broker: `mqtt://127.0.0.1:${broker.port}`,
      more: { governance, aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4 } },
    });
    await using daemon = agent(['run', config]);
    t.equal(await daemon.exited, 3, name);
    t.match(daemon.stderr, words, name);
    t.match(
      await verify(join(folder, name, 'state/audit')),
      { ok: true, entries: 1 },
      `${name} is in the audit log`,
    );
  }
  t.same([camera.connections, broker.connections], [0, 0], 'nobody came');

  const allowed = writeConfig(join(folder, 'allowed'), {
    camera: local,
    broker: `mqtt://127.0.0.1:${broker.port}`,
    more: { governance: FULL, aggregation: { windowS: 5, slotS: 1, slotsPerTrack: 4 } },
  });
  await using _daemon = agent(['run', allowed]);
  await until(() => camera.connections > 0 && broker.connections > 0, 'connections of one that is allowed', {
    withinMs: 60_000,
  });
  t.pass('and the listeners do see one that is allowed');
});

/** Kept running for a while, because a refusal and a closed schedule look alike for the first moment. */
async function watchFor(daemon: Program, ms: number): Promise<void> {
  await until(() => daemon.text().includes('"capture"'), 'a word on capture', { withinMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, ms));
}

t.test('outside the hours no camera is connected', async (t) => {
  const folder = t.testdir();
  await using camera = await listener('127.0.0.1');
  const now = new Date();
  const clock = (hours: number) =>
    `${String((now.getUTCHours() + hours) % 24).padStart(2, '0')}:${String(now.getUTCMinutes()).padStart(2, '0')}`;
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const config = writeConfig(join(folder, 'closed'), {
    camera: `rtsp://127.0.0.1:${camera.port}/stream`,
    broker: 'mqtt://127.0.0.1:1',
    more: { schedule: { timeZone: 'UTC', hours: [{ days, from: clock(3), to: clock(21) }] } },
  });
  await using daemon = agent(['run', config]);
  await watchFor(daemon, 1_500);
  t.match(daemon.text(), /"capture":\{"state":"closed"\}/);
  t.equal(camera.connections, 0);
});
