import { figure } from '../../plan/units.ts';
import type { NoticeWords } from '../notice.ts';
import { common, noised } from './common.ts';

export const notice: NoticeWords = {
  title: 'Facial expressions are analysed here',
  subtitle: (frame) =>
    ({
      eu: 'An emotion recognition system is in operation in the areas named below. Information under Art. 50(3) of the AI Act (EU) 2024/1689 and Art. 13 of the GDPR (EU) 2016/679.',
      jp: 'A system that analyses facial expressions is in operation in the areas named below. Notice of the purpose of use under Art. 21 of the Act on the Protection of Personal Information (APPI).',
      other: 'A system that analyses facial expressions is in operation in the areas named below.',
    })[frame],
  cards: [
    {
      title: 'What happens',
      items: ({ aggregation }) => [
        'A computer on site looks in the camera pictures for faces, and in them for movements of half a second at most: negative, positive, surprise.',
        `Every ${common.duration(aggregation.windowS)} it sends out four counts per area${aggregation.regions === undefined ? '' : ', six that say where on the face movements were,'} and nothing else about people.`,
      ],
    },
    {
      title: 'What does not happen',
      items: () => [
        'No picture and no film is stored or sent by this system.',
        'Nobody is recognised or named, or followed from day to day.',
        'There are no figures about single persons.',
      ],
    },
    {
      title: 'What protects you',
      items: ({ aggregation }) => [
        aggregation.noise === 'none'
          ? 'No random number is added to the counts: for demonstrations only.'
          : 'A random number is added to each count before it is sent.',
        `Areas in which fewer than ${aggregation.minHeadCount} people work are never reported.`,
        'Faces in opt-out areas, and outside the areas named, are painted over at once and not analysed.',
      ],
    },
  ],
  labels: {
    controller: 'Responsible',
    dpo: (frame) => (frame === 'eu' ? 'Data protection officer' : 'In charge of data protection'),
    purpose: 'Purpose',
    legalBasis: 'Legal basis',
    zones: 'Areas (people)',
    optOut: 'Never analysed',
    hours: 'Hours of operation',
    kept: 'Kept, how long',
    recipients: 'Who gets the figures',
    papers: 'Papers',
    notice: 'Read more',
    rights: 'Your rights',
  },
  kept: ({ retention, aggregation, pageHours }) =>
    `Faces: in memory only, while they are in view and for seconds after. Counts${noised({ aggregation }) && ' with their random number'}: until the plant's system has them, ${figure(retention.releasesHours)} hours at most${pageHours === undefined ? '' : `; for charts on the device itself, ${figure(pageHours)} hours`}. A log of starts, stops and pauses, without anything about people: ${figure(retention.auditDays)} days.`,
  recipients: "The plant's own dashboard, through its message broker.",
  recipientsBlank: (frame) =>
    frame === 'eu'
      ? 'who reads it; transfers to third countries, if any'
      : 'who reads it; other recipients, if any',
  agreement: 'Works agreement or consent form',
  dpia: 'Impact assessment',
  rights: (frame) => {
    if (frame === 'eu')
      return [
        'Access, rectification, erasure, restriction, objection (Art. 15 to 18, 21 GDPR). As nothing is kept that says who you are, data can usually not be found by person (Art. 11 GDPR). The system makes no decisions about persons (Art. 22 GDPR). You may complain to the supervisory authority (Art. 77 GDPR):',
        'name of the authority',
      ];
    if (frame === 'jp')
      return [
        'You can ask the contact above about the purpose of use, and about disclosure, correction and cessation of use (Art. 32 to 35 APPI). As nothing is kept that says who you are, data can usually not be found by person.',
      ];
    return ['Ask the contact above.', 'rights under the law of the place'];
  },
};
