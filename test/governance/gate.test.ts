import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Config } from '../../agent/config/schema.ts';
import { exitCodeOf } from '../../agent/domain/errors.ts';
import { judge, requirePermission, type Verdict } from '../../agent/governance/gate.ts';
import { regionOf } from '../../agent/governance/policy.ts';
import { ROOT } from '../../agent/installation.ts';
import { configOf, good } from '../config/written.ts';
import { cells, type Governance } from './matrix.ts';

const TODAY = new Date('2026-11-24T12:00:00Z');
const PAPERS = {
  legalBasis: 'Art. 6(1)(c) GDPR',
  dpia: { reference: 'DPIA-1', expires: '2027-01-01' },
  notice: 'sign at the door',
  agreement: { reference: 'works agreement 7' },
};
const base = await configOf(good());
const LOCAL = [
  'file:///a.mp4',
  'rtsp://127.0.0.1:8554/s',
  'rtsp://127.9.8.7/s',
  'rtsp://LOCALHOST/s',
  'rtsp://[::1]/s',
];
const REMOTE = [
  'rtsp://10.0.0.1/s',
  'rtsp://127.0.0.1.example.com/s',
  'rtsp://127.1/s',
  'rtsp://localhost.example.com/s',
  'rtsp://[::2]/s',
  'rtsps://camera/127.0.0.1',
];

const config = (governance: Governance, url = REMOTE[0]!): Config => ({
  ...base,
  governance: { ...base.governance, ...governance },
  cameras: base.cameras.map((camera) => ({ ...camera, url })),
});
const codes = (governance: Governance, url?: string): Verdict['code'][] =>
  judge(config(governance, url), TODAY).map(({ code }) => code);

const ALL: Verdict['code'][] = ['legal-basis-missing', 'dpia-missing', 'notice-missing', 'agreement-missing'];

t.test('the matrix, with all papers, without any, and each cell of the README', async (t) => {
  const told: readonly [Governance['purpose'], string, Verdict['code'][], Verdict['code'][]][] = [
    // purpose, jurisdiction, refused with all papers, refused without any
    ['medical', 'EU', [], ALL],
    ['medical', 'JP', [], ALL],
    ['safety', 'DE', [], ALL],
    ['safety', 'US', [], ALL],
    ['research-with-consent', 'EU', ['purpose-prohibited'], ['purpose-prohibited']],
    ['research-with-consent', 'NO', ['purpose-prohibited'], ['purpose-prohibited']],
    ['research-with-consent', 'RE', ['purpose-prohibited'], ['purpose-prohibited']],
    ['research-with-consent', 'GB', [], ['notice-missing', 'agreement-missing']],
    ['research-with-consent', 'CH', [], ['notice-missing', 'agreement-missing']],
    ['demo', 'EU', ['demo-source-not-local'], ['demo-source-not-local']],
    ['demo', 'US', ['demo-source-not-local'], ['demo-source-not-local']],
  ];
  for (const [purpose, jurisdiction, withAll, withNone] of told) {
    t.same(
      codes({ purpose, jurisdiction, ...PAPERS }),
      withAll,
      `${purpose} in ${jurisdiction} with all papers`,
    );
    t.same(codes({ purpose, jurisdiction }), withNone, `${purpose} in ${jurisdiction} without any`);
  }
});

t.test('every cell of purpose, jurisdiction, papers, their last days and sources', async (t) => {
  let count = 0;
  let allowed = 0;
  const wrong: string[] = [];
  for (const { governance, remote, refused } of cells(TODAY)) {
    const url = remote ? REMOTE[0]! : LOCAL[1]!;
    const found = codes(governance, url);
    count++;
    if (found.length === 0) allowed++;
    if (found.join() !== refused.join())
      wrong.push(`${JSON.stringify({ ...governance, url })}: ${found.join()}`);
  }
  t.same(wrong.slice(0, 5), []);
  t.comment(`${count} cells, ${allowed} allowed`);
  t.ok(count > 8000 && allowed > 100 && allowed < count / 2);
});

t.test('a refusal names the article, or says that the rule is ours', async (t) => {
  const law = (governance: Governance) => judge(config(governance), TODAY).map((verdict) => verdict.law);
  t.match(law({ purpose: 'research-with-consent', jurisdiction: 'SE' }), [/2024\/1689.*Art\. 5\(1\)\(f\)/]);
  t.match(law({ purpose: 'safety', jurisdiction: 'SE' }), [
    /GDPR\), Art\. 6\(1\)/,
    /Art\. 35/,
    /Art\. 13.*Art\. 50\(3\)/,
    /Art\. 26\(7\).*Art\. 88/,
  ]);
  for (const each of law({ purpose: 'safety', jurisdiction: 'JP' })) t.match(each, /rule of this software/);
});

t.test('each paper is missed on its own, with the key to fill in', async (t) => {
  for (const paper of Object.keys(PAPERS) as (keyof typeof PAPERS)[]) {
    const { [paper]: _, ...rest } = PAPERS;
    const verdicts = judge(config({ purpose: 'safety', jurisdiction: 'FR', ...rest }), TODAY);
    t.equal(verdicts.length, 1);
    t.same(verdicts[0]?.path, ['governance', paper]);
    t.match(verdicts[0]?.remedy, `governance.${paper}`);
  }
  t.same(
    codes({ purpose: 'safety', jurisdiction: 'FR', ...PAPERS, notice: '   ' }),
    ['notice-missing'],
    'blanks are nothing',
  );
});

t.test('a demo watches nothing but this machine', async (t) => {
  for (const url of LOCAL) t.same(codes({ purpose: 'demo', jurisdiction: 'EU' }, url), [], url);
  for (const url of REMOTE)
    t.same(codes({ purpose: 'demo', jurisdiction: 'EU' }, url), ['demo-source-not-local'], url);
});

t.test('the assessment holds through its last day, by the calendar of the plant', async (t) => {
  const on = (now: string, timeZone?: string) =>
    judge(
      {
        ...config({ purpose: 'safety', jurisdiction: 'DE', ...PAPERS }),
        ...(timeZone === undefined ? {} : { schedule: { timeZone, hours: [] } }),
      },
      new Date(now),
    ).map(({ code }) => code);
  t.same(on('2027-01-01T00:00:00Z'), []);
  t.same(on('2027-01-01T23:59:59Z'), []);
  t.same(on('2027-01-02T00:00:00Z'), ['dpia-expired']);
  t.same(on('2027-01-01T23:00:00Z', 'Europe/Berlin'), ['dpia-expired'], 'midnight in Berlin');
  t.same(on('2027-01-02T04:59:59Z', 'America/New_York'), [], 'still the first in New York');
  t.same(on('2027-01-02T05:00:00Z', 'America/New_York'), ['dpia-expired']);
});

t.test('so does the agreement, if it has a last day', async (t) => {
  const on = (now: string, expires?: string) =>
    judge(
      config({
        purpose: 'safety',
        jurisdiction: 'DE',
        ...PAPERS,
        agreement: { reference: 'WA-7', ...(expires === undefined ? {} : { expires }) },
      }),
      new Date(now),
    ).map(({ code, path }) => [code, path.join('.')]);
  t.same(on('2026-11-24T23:59:59Z', '2026-11-24'), []);
  t.same(on('2026-11-25T00:00:00Z', '2026-11-24'), [['agreement-expired', 'governance.agreement.expires']]);
  t.same(on('2026-12-31T00:00:00Z'), []);
});

t.test('a refusal is exit 3 and names every reason with what to do', async (t) => {
  const refused = config({ purpose: 'safety', jurisdiction: 'EU', notice: 'sign' });
  try {
    requirePermission(refused, TODAY);
    t.fail('not refused');
  } catch (error) {
    t.equal(exitCodeOf(error), 3);
    t.match(error, {
      code: 'governance-refused',
      message: /legal-basis-missing[\s\S]*dpia-missing[\s\S]*agreement-missing/,
    });
  }
  t.doesNotThrow(() =>
    requirePermission(config({ purpose: 'safety', jurisdiction: 'EU', ...PAPERS }), TODAY),
  );
});

t.test('where Union law applies', async (t) => {
  const members = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(
    ' ',
  );
  t.equal(members.length, 27);
  for (const code of ['EU', ...members, 'IS', 'LI', 'NO']) t.equal(regionOf(code), 'eu', code);
  for (const code of ['GB', 'CH', 'US', 'JP', 'TR', 'UA']) t.equal(regionOf(code), 'elsewhere', code);
});

t.test('the README tells the same matrix', async (t) => {
  // The formatter pads the columns.
  const text = readFileSync(join(ROOT, 'agent/governance/README.md'), 'utf8').replace(/ +/g, ' ');
  for (const row of [
    '| `medical`, `safety` | legal basis, impact assessment in force, notice, agreement | the same |',
    '| `research-with-consent` | refused | notice, agreement (the consent form) |',
    '| `demo` | cameras on this machine (127.0.0.0/8, ::1, localhost) and `file:` only | the same |',
  ])
    t.ok(text.includes(row), row);
});
