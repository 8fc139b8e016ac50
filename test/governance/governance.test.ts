import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import type { Config } from '../../agent/config/schema.ts';
import { judge, requirePermission } from '../../agent/governance/gate.ts';
import { isOpen } from '../../agent/governance/schedule.ts';
import { ROOT } from '../../agent/installation.ts';

const { config: example } = await loadConfig(join(ROOT, 'config/micron-edge.example.yaml'));
const NOW = new Date('2026-11-24T12:00:00Z');
const withGovernance = (changes: object): Config => ({
  ...example,
  governance: { ...example.governance, ...changes },
});
const codes = (config: Config, now = NOW) => judge(config, now).map(({ code }) => code);

t.test('who may run this for what', async (t) => {
  t.same(codes(example), []);
  t.same(codes(withGovernance({ purpose: 'research-with-consent' })), ['purpose-prohibited']);
  t.same(codes(withGovernance({ purpose: 'research-with-consent', jurisdiction: 'JP' })), []);
  t.same(codes(withGovernance({ notice: undefined, agreement: '  ' })), [
    'notice-missing',
    'agreement-missing',
  ]);
  t.same(codes(withGovernance({ dpia: undefined })), ['dpia-missing']);
  t.ok(codes(withGovernance({ purpose: 'demo' })).includes('demo-source-not-local'));
});

t.test('an assessment holds through its last day, in the time of the plant', async (t) => {
  const expiring = withGovernance({ dpia: { reference: 'x', expires: '2026-11-24' } });
  t.same(codes(expiring, new Date('2026-11-24T22:59:00Z')), []);
  t.same(codes(expiring, new Date('2026-11-24T23:01:00Z')), ['dpia-expired'], 'midnight in Berlin');
});

t.test('a refusal ends with exit code 3 and every reason', async (t) => {
  t.throws(() => requirePermission(withGovernance({ notice: undefined, agreement: undefined }), NOW), {
    fault: 'governance',
    message: /notice-missing[\s\S]*agreement-missing/,
  });
});

t.test('hours: days, midnight and the change of the clock', async (t) => {
  const schedule = {
    timeZone: 'Europe/Berlin',
    hours: [{ days: ['sat' as const], from: '22:00', to: '06:00' }],
  };
  const open = (iso: string) => isOpen(schedule, new Date(iso));
  t.equal(open('2026-11-28T20:59:00Z'), false);
  t.equal(open('2026-11-28T21:00:00Z'), true);
  t.equal(open('2026-11-29T04:59:00Z'), true, 'Sunday morning still belongs to Saturday');
  t.equal(open('2026-11-29T05:00:00Z'), false);
  t.equal(open('2026-07-04T20:00:00Z'), true, 'summer time');
  t.equal(isOpen(undefined, NOW), true);
});
