import { fingerprint } from '../../config/fingerprint.ts';
import type { CameraConfig, Config } from '../../config/schema.ts';
import { epsilonOf } from '../../domain/epsilon.ts';
import { withoutSecrets } from '../../domain/secrets-in-text.ts';
import { judge, type Verdict } from '../../governance/gate.ts';
import { type Purpose, regionOf } from '../../governance/policy.ts';
import { wallParts } from '../../governance/wall-clock.ts';
import { VERSION } from '../../installation.ts';
import type { MicronBertManifest } from '../../models/manifest.ts';
import { type BudgetPlan, planBudget } from '../plan/budget.ts';
import { type Expectation, expectation } from '../plan/expectation.ts';
import { halfWidth95, slotsBound } from '../plan/noise.ts';
import { regionRules } from '../plan/regions.ts';
import { typicalPerPerson } from '../plan/slots.ts';
import type { Corners } from './paper.ts';

/** Which law the papers speak of. */
export type Frame = 'eu' | 'jp' | 'other';

export interface ZoneFacts extends Expectation {
  readonly id: string;
  /** As people call it; the id where nobody has said. */
  readonly name: string;
  readonly corners: Corners;
}

export interface AreaFacts {
  /** Undefined where nobody has named it. */
  readonly name: string | undefined;
  /** From 1, within its camera. */
  readonly number: number;
  readonly camera: string;
  readonly corners: Corners;
}

export interface CameraFacts {
  readonly id: string;
  /** Width by height of the picture. */
  readonly aspect: number;
  readonly zones: readonly ZoneFacts[];
  readonly optOut: readonly AreaFacts[];
}

/**
 * All that papers may say, taken out of configuration and model one by one: no address of a camera, no name of a secret
 * file is in here, so none can get onto paper.
 */
export interface Facts {
  readonly node: string;
  readonly version: string;
  /** Of the effective configuration, as in the audit log's `start`. */
  readonly fingerprint: string;
  /** The day on which the papers were made, YYYY-MM-DD. */
  readonly madeOn: string;
  readonly frame: Frame;
  readonly purpose: Purpose;
  readonly jurisdiction: string;
  /** Why the software would not run with this. */
  readonly refusals: readonly Verdict['code'][];
  readonly controller: { readonly name: string; readonly contact: string } | undefined;
  readonly dpo: string | undefined;
  readonly legalBasis: string | undefined;
  readonly dpia: Document | undefined;
  readonly agreement: Document | undefined;
  readonly notice: string | undefined;
  readonly retention: Config['governance']['retention'];
  readonly schedule: Config['schedule'];
  readonly cameras: readonly CameraFacts[];
  readonly quality: Config['quality'];
  /** Hours that the local page keeps what it shows on disk; undefined where there is no page, or it keeps nothing. */
  readonly pageHours: number | undefined;
  /** Most minutes of a live view; undefined where there is none. */
  readonly liveMinutes: number | undefined;
  readonly aggregation: Config['aggregation'];
  /** What the numbers are worth. */
  readonly noise: {
    /** C: slots that one person is assumed to add to one window at most. */
    readonly bound: number;
    /** 95 % half-width of one count, slots. */
    readonly interval95: number;
    /** The same for a count by region of the face; undefined where they are not released. */
    readonly regions95: number | undefined;
    /** Privacy loss of one message. */
    readonly epsilon: number;
  };
  readonly budget: BudgetPlan;
  /** Topic below which everything is published, and the host of the broker. */
  readonly topics: string;
  readonly broker: { readonly host: string; readonly encrypted: boolean };
  readonly healthS: number;
  readonly model: Pick<
    MicronBertManifest,
    'name' | 'version' | 'evidence' | 'validatedOn' | 'trainingData'
  > & {
    readonly hash: string;
  };
  readonly provider: Config['inference']['provider'];
}

type ModelFacts = Pick<MicronBertManifest, 'name' | 'version' | 'evidence' | 'validatedOn' | 'trainingData'>;

export interface Document {
  readonly reference: string;
  readonly expires: string | undefined;
}

/** The rise of which `micron-edge privacy plan` speaks when nobody asks for another. */
const USUAL_RISE = { from: 0.05, to: 0.15 };

export function factsOf(
  config: Config,
  model: { readonly manifest: ModelFacts; readonly hash: string },
  now: Date,
): Facts {
  const { governance, aggregation, mqtt, schedule } = config;
  const regions = regionRules(aggregation);
  const expect = expectation(aggregation, USUAL_RISE, typicalPerPerson(aggregation));
  const { name, version, evidence, validatedOn, trainingData } = model.manifest;
  return {
    node: config.node.id,
    version: VERSION,
    fingerprint: fingerprint(config),
    madeOn: dayOf(now, schedule?.timeZone ?? 'UTC'),
    frame: frameOf(governance.jurisdiction),
    purpose: governance.purpose,
    jurisdiction: governance.jurisdiction,
    refusals: judge(config, now).map(({ code }) => code),
    controller: governance.controller && {
      name: withoutSecrets(governance.controller.name),
      contact: withoutSecrets(governance.controller.contact),
    },
    dpo: said(governance.dpo),
    legalBasis: said(governance.legalBasis),
    dpia: documentOf(governance.dpia),
    agreement: documentOf(governance.agreement),
    notice: said(governance.notice),
    retention: governance.retention,
    schedule,
    cameras: config.cameras.map((camera) => cameraOf(camera, expect)),
    quality: config.quality,
    pageHours: (config.page && governance.retention.pageHours) || undefined,
    liveMinutes: config.live?.maxMinutes,
    aggregation,
    noise: {
      bound: slotsBound(aggregation),
      interval95: halfWidth95(aggregation, 1),
      regions95: regions && halfWidth95(regions, 1),
      epsilon: epsilonOf(aggregation),
    },
    budget: planBudget(config),
    topics: `${mqtt.baseTopic}/micron-edge/${config.node.id}`,
    broker: { host: new URL(mqtt.url).hostname, encrypted: mqtt.url.startsWith('mqtts:') },
    healthS: config.health.intervalS,
    model: { name, version, evidence, validatedOn, trainingData, hash: model.hash },
    provider: config.inference.provider,
  };
}

const frameOf = (jurisdiction: string): Frame =>
  regionOf(jurisdiction) === 'eu' ? 'eu' : jurisdiction === 'JP' ? 'jp' : 'other';

/** What somebody wrote, with the password of an address in it hidden; undefined for nothing and for blanks. */
const said = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : withoutSecrets(text.trim());

function documentOf(
  paper: { reference: string; expires?: string | undefined } | undefined,
): Document | undefined {
  const reference = said(paper?.reference);
  return reference === undefined ? undefined : { reference, expires: paper?.expires };
}

function cameraOf(
  { id, analysis, zones, optOut, optOutNames }: CameraConfig,
  expect: (headCount: number) => Expectation,
): CameraFacts {
  return {
    id,
    aspect: analysis.widthPx / analysis.heightPx,
    zones: zones.map((zone) => ({
      ...expect(zone.headCount),
      id: zone.id,
      name: said(zone.name) ?? zone.id,
      corners: zone.polygon,
    })),
    optOut: optOut.map((corners, i) => ({
      name: said(optOutNames?.[i]),
      number: i + 1,
      camera: id,
      corners,
    })),
  };
}

function dayOf(at: Date, timeZone: string): string {
  const { year, month, day } = wallParts(at, timeZone);
  return `${year}-${month}-${day}`;
}
