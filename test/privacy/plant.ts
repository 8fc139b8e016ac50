import { factsOf } from '../../agent/privacy/papers/facts.ts';
import { html } from '../../agent/privacy/papers/html.ts';
import { type Language, paper } from '../../agent/privacy/papers/language.ts';
import { markdown } from '../../agent/privacy/papers/markdown.ts';
import type { Paper } from '../../agent/privacy/papers/paper.ts';
import { configOf } from '../config/written.ts';

export const KINDS: readonly Paper['kind'][] = ['notice', 'datasheet', 'dpia'];
export const SPOKEN: readonly Language[] = ['en', 'ja'];
export const TODAY = new Date('2026-11-24T12:00:00Z');
export const HASH = 'ab12'.repeat(16);

/** Texts with which careless writing would break HTML, Markdown, or a promise to keep a secret. */
export const ODD = {
  zone: 'Press <2> & "friends" | *left*',
  area: "Break corner <b>`x`</b> 'quiet'",
  secret: 'hunter2',
};

/** A plant with everything that a paper can say. */
export const FULL = `node: {id: press-shop}
governance:
  purpose: safety
  jurisdiction: EU
  controller: {name: Acme & Sons, contact: "https://user:${ODD.secret}@intranet.example/contact"}
  dpo: Dr. Duda, room 7
  legalBasis: Art. 6(1)(c) GDPR with section 3 of the safety act
  dpia: {reference: "https://dms.example/d?user=a&pwd=${ODD.secret}&id=DPIA-77", expires: 2031-05-06}
  notice: Door P2 and intranet
  agreement: {reference: Works agreement 2026/07, expires: 2030-03-04}
  retention: {releasesHours: 37, auditDays: 123}
schedule:
  timeZone: Europe/Berlin
  hours:
    - {days: [mon, tue, wed, fri], from: "06:10", to: "21:50"}
    - {days: [fri], from: "22:00", to: "02:00"}
aggregation: {windowS: 1200, epsilonPerWindow: 0.5, epsilonPerDay: 16, minHeadCount: 6}
mqtt:
  url: mqtts://broker.acme.example
  baseTopic: acme/leipzig
  username: secret-user
  passwordFile: /run/secret-mqtt
cameras:
  - id: front
    url: rtsp://10.20.30.40/secret-path
    credentialsFile: /run/secret-camera
    zones:
      - {id: press-2, name: '${ODD.zone}', headCount: 9, polygon: [[0, 0], [0.5, 0], [0.5, 1]]}
      - {id: tiny, headCount: 3, polygon: [[0.6, 0], [1, 0], [1, 1]]}
    optOut: [[[0.8, 0], [1, 0], [1, 0.3]], [[0, 0.8], [0.2, 0.8], [0.2, 1]]]
    optOutNames: ["${ODD.area}", Corridor]
  - id: back
    url: rtsp://10.20.30.41/x
    zones:
      - {id: assembly, headCount: 14, polygon: [[0, 0], [1, 0], [1, 1]]}
    optOut: [[[0.8, 0], [1, 0], [1, 0.3]]]
`;

/** For `facts`: regions of the face are released as well. */
export const REGIONS_ON = [
  'epsilonPerDay: 16',
  'epsilonPerDay: 16, regions: {epsilonPerWindow: 0.25}',
] as const;

/** A model as its manifest describes it. */
export const model = (evidence: 'none' | 'synthetic' | 'real', validatedOn: string[] = []) => ({
  hash: HASH,
  manifest: {
    name: 'micron-bert-edge',
    version: '9.8.7',
    trained: evidence !== 'none',
    evidence,
    validatedOn,
    trainingData: 'drawn by hand',
  },
});

/** `FULL` with some text replaced. */
export async function facts(...changes: readonly (readonly [from: string, to: string])[]) {
  let text = FULL;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`not in the configuration: ${from}`);
    text = text.replaceAll(from, to);
  }
  return factsOf(await configOf(text), model('none'), TODAY);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** What a reader sees of an HTML page, or of Markdown. */
export const seen = {
  html: (given: Paper) =>
    html(given)
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .replaceAll(/<[^>]*>/g, '\n')
      .replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity]!),
  markdown: (given: Paper) => markdown(given).replaceAll(/\\(.)/g, '$1'),
} as const;

/** Every paper in every language, as a reader sees it. */
export function* readings(from: Parameters<typeof paper>[2]) {
  for (const kind of KINDS)
    for (const language of SPOKEN)
      for (const format of ['html', 'markdown'] as const) {
        const text = seen[format](paper(kind, language, from));
        yield { kind, language, format, text, name: `${kind}, ${language}, ${format}` };
      }
}
