import { isLocalSource } from '../config/address.ts';
import type { Path } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { lawOf } from './law.ts';
import { type Document, POLICY, type Region, regionOf } from './policy.ts';
import { wallParts } from './wall-clock.ts';

/** One reason why this configuration may not run. `path` is the key that decides it, `law` what asks for it. */
export interface Verdict {
  readonly code:
    | 'purpose-prohibited'
    | 'legal-basis-missing'
    | 'dpia-missing'
    | 'dpia-expired'
    | 'notice-missing'
    | 'agreement-missing'
    | 'agreement-expired'
    | 'demo-source-not-local';
  readonly path: Path;
  readonly wrong: string;
  readonly law: string;
  readonly remedy: string;
}

type Texts = Pick<Verdict, 'code' | 'wrong' | 'remedy'>;

const MISSING: Record<Document, Texts> = {
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
    remedy: 'Name it in governance.agreement, with its reference and its last day if it has one.',
  },
};

const EXPIRED = {
  dpia: {
    code: 'dpia-expired',
    what: 'the data protection impact assessment',
    remedy: 'Renew the assessment, then its reference and last day.',
  },
  agreement: {
    code: 'agreement-expired',
    what: 'the works agreement or consent form',
    remedy: 'Renew it, then its reference and last day.',
  },
} as const;

/** The calendar day at `now`, YYYY-MM-DD, in the time zone of the plant if the schedule says it. */
function dayOf(now: Date, timeZone: string): string {
  const { year, month, day } = wallParts(now, timeZone);
  return `${year}-${month}-${day}`;
}

const isBlank = (text: string): boolean => text.trim() === '';

/** What is wrong with one of the papers; documents with a last day hold through it. */
function paperFault(document: Document, { governance }: Config, today: string): Texts | undefined {
  const paper = governance[document];
  if (paper === undefined) return MISSING[document];
  if (typeof paper === 'string') return isBlank(paper) ? MISSING[document] : undefined;
  if (isBlank(paper.reference)) return MISSING[document];
  if (paper.expires === undefined || paper.expires >= today) return undefined;
  const { code, what, remedy } = EXPIRED[document as keyof typeof EXPIRED];
  return { code, wrong: `${what} held until ${paper.expires}, and today is ${today}`, remedy };
}

function remoteCameras({ cameras }: Config, region: Region): Verdict[] {
  return cameras.flatMap(({ id, url }, i) =>
    isLocalSource(url)
      ? []
      : [
          {
            code: 'demo-source-not-local',
            path: ['cameras', i, 'url'],
            wrong: `camera "${id}" is not on this machine, and purpose demo takes no other`,
            law: lawOf(region, 'demo'),
            remedy: 'Use a recording (file:) or a camera on localhost, or state the true purpose.',
          },
        ],
  );
}

/** Every reason why `config` may not run at `now`; none: it may. */
export function judge(config: Config, now: Date): Verdict[] {
  const { governance, schedule } = config;
  const region = regionOf(governance.jurisdiction);
  const policy = POLICY[region][governance.purpose];
  if ('never' in policy)
    return [
      {
        code: 'purpose-prohibited',
        path: ['governance', 'purpose'],
        wrong: `${governance.purpose} in ${governance.jurisdiction}: ${policy.never}`,
        law: lawOf(region, 'purpose'),
        remedy: policy.remedy,
      },
    ];
  const today = dayOf(now, schedule?.timeZone ?? 'UTC');
  const papers = policy.needs.flatMap((document): Verdict[] => {
    const fault = paperFault(document, config, today);
    if (fault === undefined) return [];
    const path = ['governance', document, ...(fault.code.endsWith('-expired') ? ['expires'] : [])];
    return [{ ...fault, path, law: lawOf(region, document) }];
  });
  return policy.localOnly ? [...papers, ...remoteCameras(config, region)] : papers;
}

/**
 * The gate before anything is done at all.
 * @throws OperatorError governance-refused (exit 3), with every reason
 */
export function requirePermission(config: Config, now: Date): void {
  const verdicts = judge(config, now);
  if (verdicts.length > 0) throw refusal(verdicts);
}

/** All verdicts as one error. */
export function refusal(verdicts: readonly Verdict[]): OperatorError {
  const lines = verdicts.map(({ code, wrong, law, remedy }) => `  ${code}: ${wrong} (${law}). ${remedy}`);
  return new OperatorError('governance', 'governance-refused', `Not allowed to start:\n${lines.join('\n')}`, {
    remedy: 'agent/governance/README.md lists what each purpose needs where.',
  });
}
