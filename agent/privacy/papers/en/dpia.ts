import { figure } from '../../plan/units.ts';
import { claimsOf } from '../claims.ts';
import type { DpiaWords } from '../dpia.ts';
import type { Facts } from '../facts.ts';
import { common, noised } from './common.ts';

export const dpia: DpiaWords = {
  title: (frame) =>
    frame === 'eu'
      ? 'Annex to the data protection impact assessment'
      : 'Annex to the privacy impact assessment',
  subtitle: ({ node }) =>
    `What the box ${node} processes, keeps and releases; the mechanism that protects people, and its limits. The assessment itself is the controller's.`,
  scope: 'Scope',
  labels: {
    controller: 'Controller, contact',
    dpo: (frame) => (frame === 'eu' ? 'Data protection officer' : 'In charge of data protection'),
    purpose: 'Declared purpose',
    jurisdiction: 'Jurisdiction',
    legalBasis: 'Legal basis',
    dpia: 'Impact assessment',
    agreement: 'Works agreement or consent form',
    notice: 'Where people are told',
    hours: 'Hours of operation',
    optOut: 'Opt-out areas',
  },
  law: 'Provisions that matter here',
  lawHead: ['Provision', 'What it means here'],
  laws: ({ frame, purpose }) => {
    if (frame === 'eu')
      return [
        [
          'AI Act (EU) 2024/1689, Art. 5(1)(f)',
          `Prohibits inferring emotions at the workplace, except for medical or safety reasons. Declared here: ${common.purpose[purpose].toLowerCase()}. The software refuses other purposes, demonstrations with recordings apart; that the purpose is true is for the controller to show.`,
        ],
        [
          'AI Act, Annex III no. 1(c), Art. 26',
          'Emotion recognition is a high-risk use; the deployer has duties of its own: human oversight, monitoring, logs, information.',
        ],
        [
          'AI Act, Art. 26(7)',
          'Employees and their representatives are informed before it is put into service: the data sheet.',
        ],
        ['AI Act, Art. 50(3)', 'People exposed to it are informed of its operation: the notice on the wall.'],
        [
          'GDPR (EU) 2016/679, Art. 5(1)(c), 25, 32',
          'Minimisation, protection by design, security: chapters 4 to 7.',
        ],
        [
          'GDPR, Art. 6(1), and Art. 9(2) where health is concerned',
          'The legal basis named in chapter 1. Faces are not used to identify anybody, but labels may say something about health: to be assessed.',
        ],
        ['GDPR, Art. 13', 'Information when data are collected: the notice on the wall.'],
        [
          'GDPR, Art. 35, 36',
          'Impact assessment, and prior consultation where a high risk remains. This annex describes; it does not assess.',
        ],
        ['GDPR, Art. 88, and national law', 'Rules for employment, works agreements.'],
      ];
    if (frame === 'jp')
      return [
        [
          'APPI Art. 17, 18',
          'The purpose of use is specified as far as possible and not exceeded. A picture of a face by which a person can be told is personal information while it is processed, even for a second.',
        ],
        [
          'APPI Art. 19, 20',
          'No improper use; proper acquisition: the camera must be recognisable as what it is.',
        ],
        [
          'APPI Art. 21',
          'Notice or publication of the purpose of use: the notice on the wall. That facial expressions are analysed cannot be seen from a camera, so it has to be said.',
        ],
        ['APPI Art. 23, 24', 'Security control measures, supervision of employees: chapters 4 to 7.'],
        [
          'APPI Art. 27',
          'Provision to third parties: released figures are counts about groups with noise, without personal data.',
        ],
        ['APPI Art. 32 to 35', 'Publication of matters, disclosure, correction, cessation of use.'],
        [
          'Guidelines of the Personal Information Protection Commission, Q&A 5-7',
          'Monitoring of employees: purpose in internal rules, somebody responsible, rules known, compliance checked; labour unions notified beforehand and consulted where needed.',
        ],
      ];
    return [];
  },
  lawBlank: 'provisions of the place, and what they ask for',
  places: 'Cameras and areas',
  placesHead: ['Camera', 'Areas (people as declared) [id]', 'Opt-out areas'],
  path: {
    title: 'How it works',
    items: ({ aggregation, quality }) => [
      'A process of its own for each camera takes its pictures. They do not leave that process, not even to other parts of the software.',
      'Faces are found and followed from picture to picture with a number that exists only for that time. Nobody is compared with anybody: there are no names, no templates, no stored measures of faces.',
      'Everything in the picture that is not a face inside an area, and every face in an opt-out area, is painted over before anything is analysed. If finding faces fails, the whole picture is painted over.',
      'In what is left, a neural network (Micron-BERT) looks for movements of half a second at most and labels them negative, positive or surprise.',
      `Only time of sufficient quality counts: at least ${figure(quality.minFps)} pictures a second, faces of at least ${figure(quality.minFaceHeightPx)} pixels.`,
      `${figure(aggregation.slotS)} seconds of one face make one slot with one label${aggregation.regions === undefined ? '' : ' and, where it is not none, the one region of the face (brows, eyes, nose, cheeks, mouth, chin) from which most of the movement came'}. A slot leaves the camera's process as area, time${aggregation.regions === undefined ? '' : ', region of the face'} and label: without number, place in the picture, score or picture.`,
      `Slots are counted per area in windows of ${common.duration(aggregation.windowS)}. The release step (chapter 7) decides what of it goes out.`,
    ],
  },
  data: 'What is processed and kept',
  dataHead: ['Data', 'Where', 'How long', 'Who can get at it'],
  dataRows: ({ retention, aggregation, pageHours, liveMinutes }) => [
    [
      'Camera picture',
      'Memory of the camera process',
      'One picture, then overwritten',
      'Nobody, short of an administrator of the box who attacks it',
    ],
    [
      'Crops and measures of faces',
      'Memory of the camera process',
      'About one second, then overwritten; motion scores and their place in it about 4 seconds',
      'The same',
    ],
    [
      'Mean picture of each face, by which its crops are held steady',
      'Memory of the camera process',
      'As long as the face is followed, older pictures fading within seconds; overwritten when it is gone',
      'The same',
    ],
    [
      'Numbers of tracks, slots earned by them',
      'Memory of the camera process',
      'Until 5 seconds after the face is gone',
      'The same',
    ],
    [
      'Slots per area, true counts',
      'Memory of the supervisor',
      `Until the window of ${common.duration(aggregation.windowS)} is over`,
      'The same',
    ],
    [
      'Messages on their way, with their noise',
      'Ledger on disk',
      `Until the broker has acknowledged them, ${figure(retention.releasesHours)} hours at most`,
      'Administrators of the box',
    ],
    ...(pageHours === undefined
      ? []
      : [
          [
            'Released messages, as they were sent, with their noise, for the charts of the local page',
            'File on disk',
            `${figure(pageHours)} hours after the end of their window, and up to one hour more`,
            'Administrators of the box; on the page whoever has its token',
          ],
        ]),
    ...(liveMinutes === undefined
      ? []
      : [
          [
            'Live view for setting up: where faces are, as boxes, how high they are, whether they count; no picture',
            'Page on the box itself, opened by a command there',
            `While it is open, ${liveMinutes} minutes at most; not stored`,
            'Whoever opens it; each opening is in the audit log',
          ],
        ]),
    ['Privacy budget spent, per area and window', 'Ledger on disk', '24 hours', 'Administrators of the box'],
    [
      'Start, stop, pause, change of configuration, refusals',
      'Audit log on disk, hash-chained',
      `${figure(retention.auditDays)} days`,
      'Administrators of the box; its newest hash is published',
    ],
    [
      'Released messages',
      'Broker and whoever receives them',
      'Outside of this software',
      'Readers of the dashboard',
    ],
  ],
  released: 'What leaves the box',
  releasedBelow: 'Over MQTT only, below the topic ',
  releasedHead: ['Topic', 'Content'],
  releasedRows: ({ healthS, aggregation }) => [
    [
      'zone/<zone>/signal',
      `Once per area and window: start and end, purpose, people as declared, model with its evidence, and either four ${noised({ aggregation })}counts${aggregation.regions === undefined ? '' : ' and six by region of the face, each'} with their 95 % interval or the reason why there are none.`,
    ],
    [
      'zone/<zone>/gap',
      'Only where messages were given up before the broker had them: from when to when, how many, and whether they were too many, too old or refused. Nothing of what was in them.',
    ],
    ['status', 'Whether the box is online, and whether it watches, is paused, closed or refused.'],
    [
      'health',
      `Every ${common.duration(healthS)}: state of each camera, pictures per second and memory as round numbers, what was too poor on the day before. No count of faces.`,
    ],
    ['audit', 'Number and hash of the newest entry of the audit log.'],
    ['command/answer', 'Whether a pause or resume was accepted.'],
  ],
  mechanism: {
    title: 'The mechanism, and what the numbers are worth',
    items: (facts: Facts) => {
      const { aggregation, noise, budget } = facts;
      const {
        minHeadCount,
        slotsPerTrack,
        assumedTracksPerPerson,
        epsilonPerWindow,
        epsilonPerDay,
        regions,
      } = aggregation;
      const bound = `A track earns at most ${slotsPerTrack} slots in a window. It is assumed that nobody makes more than ${assumedTracksPerPerson} tracks in a window; so one person adds at most ${noise.bound} slots.`;
      const least = `Areas in which fewer than ${minHeadCount} people work, by declaration, are never released; nor is a window whose total is below ${minHeadCount}.`;
      if (aggregation.noise === 'none')
        return [bound, least, 'No noise is added: this configuration is for demonstrations.'];
      return [
        bound,
        `To each of the four counts a whole random number is added (discrete Laplace, P(z) proportional to exp(-${figure(epsilonPerWindow)} |z| / ${noise.bound}), drawn exactly from the random numbers of the operating system). In 95 of 100 cases it is within ± ${figure(noise.interval95)}.`,
        ...(regions === undefined || noise.regions95 === undefined
          ? []
          : [
              `The slots with a movement are counted by region of the face as well, in six counts with random numbers of their own and an epsilon of ${figure(regions.epsilonPerWindow)} of their own; they are within ± ${figure(noise.regions95)}. Each slot is in one of them at most, so one person changes them by at most ${noise.bound} too. They go out together with the four or not at all, and what both cost adds up.`,
            ]),
        `${least} That is judged by declaration and noised total, never by a true count.`,
        `Each released window costs ${figure(noise.epsilon)} of a budget of ${figure(epsilonPerDay)} per area in any 24 hours, also when its total is too small. It pays for ${figure(budget.paidPerWeek)} of the ${figure(budget.watchedPerWeek)} windows of a week; the others are withheld.`,
        'A message is on disk before it is sent, so that after a crash the same bytes are sent again and noise is never drawn twice.',
      ];
    },
  },
  numbersHead: [
    'Area',
    'People',
    'Slots a window: expected / at most',
    'One count is off by',
    'Withheld',
    'Rise from 5 to 15 % seen in one message',
  ],
  tooSmall: 'never released',
  claims: {
    title: 'What is claimed',
    items: (facts) => {
      const claims = claimsOf(facts);
      if (claims === undefined) return ['Nothing.'];
      return [
        `For the slots of one person in one window: being in view or not changes the probability of any message by at most a factor of ${claims.presence} (epsilon ${figure(facts.noise.epsilon)}). So nobody's guess about it can gain more than that in the odds, whatever else they know.`,
        `For a guess at which labels the slots of somebody known to be in view have: at most a factor of ${claims.label}, twice the epsilon, because changing a label takes one slot away and adds one.`,
        `Without the assumption on tracks: for each single slot, a factor of ${claims.slot}.`,
      ];
    },
  },
  noClaims: {
    title: 'What is not claimed',
    items: (facts) => {
      const claims = claimsOf(facts);
      const { aggregation } = facts;
      const where =
        aggregation.regions === undefined
          ? []
          : [
              'That a region of the face names the muscle that moved: it is where the model was drawn to, which tells the upper half of a face from the lower and hardly more.',
            ];
      const always = [
        'That groups are protected: what most people in an area have in common shows, and is meant to. Nor does it hide that an area exists, when cameras are on, or how many people are declared.',
        'That figures are right. Labels come from a model (chapter 10), and which movements mean what is disputed in research.',
        ...where,
        'Anything about cameras, network, recorders and dashboards outside of this software, or about administrators who change it.',
      ];
      if (claims === undefined) return always;
      return [
        `That somebody with more than ${aggregation.assumedTracksPerPerson} tracks in a window is covered as a whole: who walks in and out often, or whose face is lost and found again often, may add more slots than the noise is made for.`,
        `A shift or a day, beyond the sum of its messages. Losses add up: in any 24 hours up to epsilon ${figure(claims.dayEpsilon)} per area, a factor of ${claims.day}. ${claims.dayIsWeak ? 'A factor of that size protects nobody by itself; whoever is in view all day in a small area is protected by noise and number of people in practice, not by this bound.' : ''}`.trim(),
        'Anything beyond 24 hours: budgets begin anew, and losses go on adding up over weeks.',
        'That released counts are right on average: windows are released when their noised total is high, so they are somewhat too high, most so where many are withheld.',
        'That one person has no influence on the slots of others: faces cost computing time, one can hide another, and what a camera takes for noise may be learnt from all that it sees.',
        'That areas are separate for somebody who is seen in several: their losses add up.',
        ...always,
      ];
    },
  },
  model: 'The model and its evidence',
  modelFacts: ({ model }, provider) => [
    ['Name, version', `${model.name} ${model.version}`],
    ['SHA-256 of its manifest', model.hash],
    ['Evidence', common.evidence(model)],
    ['Training data, as its manifest says', model.trainingData],
    ['Computed by', `${provider}; what is really in use is published in health`],
  ],
  risks: 'Risks, and what the software does about them',
  risksHead: ['Risk', 'Measure in the software', 'Remaining risk, further measures'],
  riskRows: ({ aggregation }) => [
    [
      'Counts give somebody away',
      `Noise, bound per person, at least ${aggregation.minHeadCount} people, budget`,
    ],
    [
      'Used to watch performance or conduct',
      'No figure about single persons exists; hours and purpose are fixed by the configuration',
    ],
    [
      'Labels are wrong, or more often wrong for some groups (age, skin, glasses, beard, disability)',
      'Evidence in every message; poor pictures are not counted',
    ],
    [
      'Purpose or areas are changed quietly',
      'Every change of configuration is in the audit log, with a fingerprint that these papers state',
    ],
    [
      'Box, camera or network is broken into',
      'No picture on disk, secrets in files of their own, broker connection verified where encrypted',
    ],
    ['People feel watched, or behave differently', 'Notice, opt-out areas, hours, pause'],
    [
      'Somebody does not want to be analysed',
      'Opt-out areas by place, not by person: the software cannot tell persons apart',
    ],
  ],
  assess: 'assessment',
  open: 'For the controller to assess',
  openItems: (frame) => [
    'Necessity and proportionality: why counts of facial expressions are needed for the purpose, and why nothing milder will do.',
    frame === 'eu'
      ? 'Views of the people concerned or their representatives (Art. 35(9) GDPR).'
      : 'Consultation of the employees or their representatives.',
    'Who reads the figures, what may be decided with them, and what may not.',
    'How long whoever receives the messages keeps them.',
    'When this is looked at again.',
  ],
};
