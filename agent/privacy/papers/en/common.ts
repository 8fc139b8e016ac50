import { duration, percent } from '../../plan/units.ts';
import type { CommonWords } from '../common.ts';
import type { Facts } from '../facts.ts';

const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** In front of what carries noise, where there is any. */
export const noised = ({ aggregation }: Pick<Facts, 'aggregation'>): string =>
  aggregation.noise === 'none' ? '' : 'noised ';

export const common: CommonWords = {
  lang: 'en',
  purpose: {
    medical: 'Medical reasons',
    safety: 'Safety at work',
    'research-with-consent': 'Research with consent',
    demo: 'Demonstration of the software with recordings; nobody is watched',
  },
  refused: 'DRAFT: with this configuration the software does not run.',
  refusal: {
    'purpose-prohibited': 'Inferring emotions at the workplace is prohibited for this purpose.',
    'legal-basis-missing': 'No legal basis is stated.',
    'dpia-missing': 'No impact assessment is named.',
    'dpia-expired': 'The impact assessment has expired.',
    'notice-missing': 'It is not stated where people are told.',
    'agreement-missing': 'No works agreement or consent form is named.',
    'agreement-expired': 'The works agreement or consent form has expired.',
    'demo-source-not-local': 'A demonstration takes no camera in the plant.',
  },
  evidence: ({ name, version, evidence, validatedOn }) => {
    const model = `The model (${name} ${version})`;
    const validated =
      validatedOn.length === 0
        ? 'It has not been validated on real people.'
        : `It has been validated on: ${validatedOn.join(', ')}.`;
    if (evidence === 'none') return `${model} is UNTRAINED: its figures mean nothing. ${validated}`;
    if (evidence === 'synthetic')
      return `${model} was trained on SYNTHETIC (computer-drawn) faces only: its figures may be wrong. ${validated}`;
    return `${model} was trained on recordings of real people. ${validated}`;
  },
  provider: {
    auto: 'the best that the box has (auto)',
    tensorrt: 'TensorRT on the GPU',
    cuda: 'CUDA on the GPU',
    cpu: 'the CPU',
  },
  days: { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' },
  dayRange: (first, last) => `${first} to ${last}`,
  dayList: (days) => days.join(', '),
  hours: (days, from, to) => `${days} ${from} to ${to}${to <= from ? ' of the next day' : ''}`,
  always: 'At all hours',
  inTimeZone: (hours, timeZone) => `${hours.join('; ')} (time zone ${timeZone})`,
  duration: (seconds) => duration(seconds * 1000),
  percent,
  date: (iso) => day.format(new Date(`${iso}T00:00:00Z`)),
  zone: ({ name, headCount }) => `${name} (${headCount} people)`,
  area: ({ name, number, camera }) =>
    `${name ?? `area ${number}`} (no. ${number} in the picture of ${camera})`,
  none: 'None',
  separator: ' · ',
  colon: ': ',
  document: (reference, until) => (until === undefined ? reference : `${reference}, valid to ${until}`),
  blanks: {
    fill: (what) => `to be filled in: ${what}`,
    controller: 'name of the company',
    contact: 'contact person, telephone, e-mail',
    dpo: (frame) =>
      frame === 'eu' ? 'data protection officer, if there is one' : 'person in charge of data protection',
    legalBasis: 'legal basis',
    dpia: 'reference of the impact assessment',
    agreement: 'reference of the works agreement or consent form',
    notice: 'where the full information is',
    place: 'where that is on site',
  },
  signatures: {
    parties: (frame) =>
      frame === 'eu'
        ? ['Employer (controller)', 'Works council', 'Data protection officer']
        : ['Employer', 'Representative of the employees', 'Person in charge of data protection'],
    fields: ['Name', 'Date', 'Signature'],
  },
  camera: (id) => `Camera ${id}`,
  legend: { zone: 'analysed', optOut: 'opt-out area: never analysed', outside: 'not analysed' },
  footer: ({ node, version, fingerprint }, madeOn) =>
    `Made on ${madeOn} by micron-edge ${version} from the configuration of ${node}, fingerprint ${fingerprint.slice(0, 16)} (as in the audit log). A template and no legal advice: have it checked before you use it.`,
};
