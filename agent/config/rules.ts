import { epsilonOf } from '../domain/epsilon.ts';
import { cameraRules } from './camera-rules.ts';
import { kpiRules } from './kpi-rules.ts';
import { mqttRules } from './mqtt-rules.ts';
import { regionCode } from './region.ts';
import type { Finding } from './rule.ts';
import type { Config } from './schema.ts';

type Rule = (config: Config) => Iterable<Finding>;

/** Rules over several keys, or over one where the schema language has no words for it. */
const RULES: readonly Rule[] = [
  cameraRules,
  mqttRules,
  kpiRules,
  jurisdiction,
  timeZone,
  detectorFile,
  windowHoldsSlots,
  budget,
  noiseForPurpose,
  auditFiles,
];

/** Every finding of every rule. What only the law or the machine forbids is not judged here. */
export const findings = (config: Config): Finding[] => RULES.flatMap((rule) => [...rule(config)]);

function* jurisdiction({ governance }: Config): Generator<Finding> {
  const current = regionCode(governance.jurisdiction);
  if (current === governance.jurisdiction) return;
  yield {
    path: ['governance', 'jurisdiction'],
    wrong: `"${governance.jurisdiction}" is not a country code in use`,
    allowed: current === undefined ? 'EU or an ISO 3166-1 code' : `write ${current}`,
  };
}

function* timeZone({ schedule }: Config): Generator<Finding> {
  if (schedule === undefined || isTimeZone(schedule.timeZone)) return;
  yield {
    path: ['schedule', 'timeZone'],
    wrong: 'this machine knows no such time zone',
    allowed: 'an IANA name such as Europe/Berlin, or UTC',
  };
}

function isTimeZone(name: string): boolean {
  // An offset such as +01:00 is accepted by some engines only, and ignores summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function* detectorFile({ detector }: Config): Generator<Finding> {
  if (detector.kind === 'yunet' && detector.file === undefined)
    yield {
      path: ['detector', 'kind'],
      wrong: 'yunet is not shipped',
      allowed: 'name its ONNX file in detector.file',
    };
}

function* windowHoldsSlots({ aggregation }: Config): Generator<Finding> {
  const { windowS, slotS, slotsPerTrack } = aggregation;
  if (slotsPerTrack * slotS > windowS)
    yield {
      path: ['aggregation'],
      wrong: `slotsPerTrack ${slotsPerTrack} times slotS ${slotS} is more than windowS ${windowS}`,
      allowed: 'a window must hold the slots that one track can earn',
    };
}

function* budget({ aggregation }: Config): Generator<Finding> {
  const { epsilonPerDay, regions } = aggregation;
  if (epsilonOf(aggregation) > epsilonPerDay)
    yield {
      path: ['aggregation'],
      wrong: `epsilonPerWindow ${aggregation.epsilonPerWindow}${regions === undefined ? '' : ` and that of regions ${regions.epsilonPerWindow}`} is more than epsilonPerDay ${epsilonPerDay}`,
      allowed: 'epsilonPerWindow at most epsilonPerDay, or nothing would ever be released',
    };
}

function* auditFiles({ audit, governance }: Config): Generator<Finding> {
  const { auditDays } = governance.retention;
  if (audit.fileDays >= auditDays)
    yield {
      path: ['audit', 'fileDays'],
      wrong: `${audit.fileDays} is not less than governance.retention.auditDays ${auditDays}`,
      allowed: 'less, or a file would be too old before it is complete',
    };
}

function* noiseForPurpose({ aggregation, governance }: Config): Generator<Finding> {
  if (aggregation.noise === 'none' && governance.purpose !== 'demo')
    yield {
      path: ['aggregation', 'noise'],
      wrong: `"none" with purpose ${governance.purpose}`,
      allowed: 'discrete-laplace; none is for purpose demo, where nobody real is watched',
    };
}
