import { figure } from '../../plan/units.ts';
import { claimsOf } from '../claims.ts';
import type { DatasheetWords } from '../datasheet.ts';
import { common, noised } from './common.ts';

export const datasheet: DatasheetWords = {
  title: 'Data sheet for the representatives of the employees',
  subtitle: (facts) =>
    `Box ${facts.node}: it counts very short facial expressions per area and sends ${noised(facts)}counts only. One page; the annex to the impact assessment has the details.`,
  labels: {
    controller: 'Responsible',
    dpo: (frame) => (frame === 'eu' ? 'Data protection officer' : 'In charge of data protection'),
    purpose: 'Purpose',
    law: 'Law and legal basis',
    papers: 'Papers',
    hours: 'Hours of operation',
    optOut: 'Never analysed',
    topics: 'Where it goes',
    compute: 'Computed by',
  },
  law: (frame, jurisdiction) =>
    ({
      eu: `${jurisdiction}: AI Act Art. 5(1)(f) (emotions at work: medical or safety reasons only), Art. 26(7), Art. 50(3); GDPR Art. 13, 35.`,
      jp: 'JP: APPI Art. 17, 18 (purpose), 21 (notice), 23 (security), 32 to 35 (requests).',
      other: `${jurisdiction}:`,
    })[frame],
  agreement: 'Works agreement or consent form',
  dpia: 'impact assessment',
  topics: ({ topics, broker }) =>
    `MQTT broker ${broker.host} (${broker.encrypted ? 'encrypted' : 'NOT encrypted'}), topics below ${topics}/: zone/<zone>/signal, zone/<zone>/gap, status, health, audit, command/answer`,
  compute: ({ model, version }, provider) =>
    `micron-edge ${version}, model ${model.name} ${model.version} (${model.hash.slice(0, 12)}), inference on ${provider}`,
  path: 'What is processed, kept and sent',
  pathHead: ['Where', 'What', 'How long'],
  pathRows: ({ retention, aggregation, pageHours }) => [
    [
      'In memory',
      'Camera picture; all but permitted faces is painted over. Crops and measures of faces. Numbers of tracks. Slots without track.',
      'Picture: until the next. Crops and measures: about 1 s, motion scores 4 s; mean of a face, to steady it: while it is in view. Tracks: 5 s longer. Slots: until the window is over.',
    ],
    [
      'On disk',
      `Messages on their way${pageHours === undefined ? '' : ', messages that the local page shows'}, and what was spent of the budget. Audit log. No picture, no measure of a face, no track, no true count.`,
      `Messages: until the broker has them, ${figure(retention.releasesHours)} h at most.${pageHours === undefined ? '' : ` For the local page: ${figure(pageHours)} h.`} Budget: 24 h. Audit log: ${figure(retention.auditDays)} days.`,
    ],
    [
      'Sent',
      `Per area and window: four ${noised({ aggregation })}counts${aggregation.regions === undefined ? '' : ' and six by region of the face'}, people as declared, interval, purpose, model. Also: state of the box and of its cameras, newest hash of the audit log.`,
      'As long as whoever receives it keeps it.',
    ],
  ],
  numbers: 'What the numbers are worth',
  numbersHead: [
    'Area',
    'People',
    'Slots a window',
    'One count is off by',
    'Withheld',
    'Rise 5 to 15 % seen in one message',
  ],
  tooSmall: 'never sent: too few people',
  numbersNote: ({ aggregation, noise, budget }) => [
    `A slot: ${figure(aggregation.slotS)} s of one face, counted once as none, negative, positive or surprise. A window: ${common.duration(aggregation.windowS)}. Slots as expected if everybody is in view for ${figure(aggregation.slotsPerTrack)} of them.`,
    aggregation.noise === 'none'
      ? 'No noise is added: demonstration only.'
      : `Off by: 95 of 100 counts are within ± ${figure(noise.interval95)} of the true one${noise.regions95 === undefined ? '' : ` (by region of the face: ± ${figure(noise.regions95)})`}. Withheld: the noised total is below ${aggregation.minHeadCount}. The budget pays for ${figure(budget.paidPerWeek)} of ${figure(budget.watchedPerWeek)} windows a week. What else could be chosen: micron-edge privacy plan.`,
  ],
  claimed: 'What is claimed',
  claims: (facts) => {
    const claims = claimsOf(facts);
    if (claims === undefined) return ['Nothing: this configuration adds no noise.'];
    const { aggregation, noise } = facts;
    return [
      `One person, one message: whoever guesses whether a certain person was in view gains at most a factor of ${claims.presence} in the odds (epsilon ${figure(noise.epsilon)}); for a guess at what was seen in that face at most ${claims.label}.`,
      `This assumes that nobody makes more than ${aggregation.assumedTracksPerPerson} tracks in a window, hence ${noise.bound} slots. Where somebody does, each single slot is still covered (factor ${claims.slot}).`,
    ];
  },
  notClaimed: 'What is NOT claimed',
  noClaims: (facts) => {
    const claims = claimsOf(facts);
    return [
      ...(claims === undefined
        ? []
        : [
            `No shift and no day beyond the sum of its messages: up to epsilon ${figure(claims.dayEpsilon)} per area in any 24 hours, a factor of ${claims.day}${claims.dayIsWeak ? ', which by itself protects nobody' : ''}. Nothing beyond 24 hours. Areas add up for somebody seen in several.`,
          ]),
      'No protection of the group: what most people in an area have in common shows. Nothing about cameras, network and recordings outside of this box.',
      'Not that the figures are right: see the model above.',
    ];
  },
  control: 'How to control it',
  controls: ({ fingerprint, liveMinutes }) => [
    'Stop: "micron-edge pause" at the box, or the command pause over MQTT, ends capture within a second and holds over restarts.',
    `Check: "micron-edge audit verify". The audit log names the configuration at each start; this sheet is for ${fingerprint.slice(0, 32)}… and for no other.${liveMinutes === undefined ? '' : ` It also names each live view: boxes where faces are, no picture, at most ${liveMinutes} minutes.`}`,
  ],
};
