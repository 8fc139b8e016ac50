import { isLocalSource } from '../config/address.ts';
import type { Path } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { type Document, POLICY, regionOf } from './policy.ts';
import { partsAt } from './wall-clock.ts';

/** One reason why this configuration may not start. `path` is the key that decides it. */
export interface Verdict {
  readonly code:
    | 'purpose-prohibited'
    | 'legal-basis-missing'
    | 'dpia-missing'
    | 'dpia-expired'
    | 'notice-missing'
    | 'agreement-missing'
    | 'demo-source-not-local';
  readonly path: Path;
  readonly wrong: string;
  readonly remedy: string;
}

const MISSING: Record<Document, Pick<Verdict, 'code' | 'wrong' | 'remedy'>> = {
  legalBasis: {
    code: 'legal-basis-missing',
    wrong: 'no legal basis is stated',
    remedy: 'Say in governance.legalBasis what the processing rests on.',
  },
  dpia: {
    code: 'dpia-missing',
    wrong: 'no data protection impact assessment is named',
    remedy: 'Name it in governance.dpia, with its reference and last day.',
  },
  notice: {
    code: 'notice-missing',
    wrong: 'nothing says where people are told',
    remedy: 'Say in governance.notice where the sign or page is.',
  },
  agreement: {
    code: 'agreement-missing',
    wrong: 'no works agreement or consent form is named',
    remedy: 'Name it in governance.agreement.',
  },
};

/** The calendar day at `now`, YYYY-MM-DD, in the time zone of the plant if the schedule says it. */
function dayOf(now: Date, timeZone: string): string {
  const formatter = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const { year, month, day } = partsAt(formatter, now);
  return `${year}-${month}-${day}`;
}

/** Every reason why `config` may not run at `now`; none: it may. The impact assessment holds through its last day. */
export function judge(config: Config, now: Date): Verdict[] {
  const { governance, cameras, schedule } = config;
  const policy = POLICY[regionOf(governance.jurisdiction)][governance.purpose];
  if ('never' in policy)
    return [
      {
        code: 'purpose-prohibited',
        path: ['governance', 'purpose'],
        wrong: `${governance.purpose} in ${governance.jurisdiction}: ${policy.never}`,
        remedy: policy.remedy,
      },
    ];

  const verdicts: Verdict[] = policy.needs
    .filter((document) => governance[document] === undefined || isBlank(governance[document]))
    .map((document) => ({ ...MISSING[document], path: ['governance', document] }));
  const { dpia } = governance;
  if (policy.needs.includes('dpia') && dpia !== undefined) {
    const today = dayOf(now, schedule?.timeZone ?? 'UTC');
    if (dpia.expires < today)
      verdicts.push({
        code: 'dpia-expired',
        path: ['governance', 'dpia', 'expires'],
        wrong: `the data protection impact assessment held until ${dpia.expires}, and today is ${today}`,
        remedy: 'Renew the assessment, then its reference and last day.',
      });
  }
  if (policy.localOnly)
    for (const [i, camera] of cameras.entries())
      if (!isLocalSource(camera.url))
        verdicts.push({
          code: 'demo-source-not-local',
          path: ['cameras', i, 'url'],
          wrong: `camera "${camera.id}" is not on this machine, and purpose demo takes no other`,
          remedy: 'Use a recording (file:) or a camera on localhost, or state the true purpose.',
        });
  return verdicts;
}

const isBlank = (value: string | object): boolean => typeof value === 'string' && value.trim() === '';

/**
 * The gate before any camera is connected.
 * @throws OperatorError governance-refused (exit 3), with every reason
 */
export function requirePermission(config: Config, now: Date): void {
  const verdicts = judge(config, now);
  if (verdicts.length > 0) throw refusal(verdicts);
}

/** All verdicts as one error. */
export function refusal(verdicts: readonly Verdict[]): OperatorError {
  const lines = verdicts.map(({ code, wrong, remedy }) => `  ${code}: ${wrong}. ${remedy}`);
  return new OperatorError('governance', 'governance-refused', `Not allowed to start:\n${lines.join('\n')}`, {
    remedy: 'agent/governance/README.md lists what each purpose needs where.',
  });
}
