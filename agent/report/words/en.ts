import { duration } from '../../privacy/plan/units.ts';
import type { Words } from './words.ts';

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const date = (iso: string): string => day.format(new Date(`${iso}T00:00:00Z`));
const digits = (share: number): string => {
  const text = (share * 100).toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
};
/** None for what is shown as zero. */
const sign = (share: number): string => (Math.abs(share) < 0.0005 ? '' : share > 0 ? '+' : '−');
const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

export const en: Words = {
  lang: 'en',
  title: 'What came of it',
  period: (from, to, timeZone) => `${date(from)} to ${date(to)} (${timeZone})`,
  evidence: {
    none: 'The model was UNTRAINED: these figures mean nothing.',
    synthetic:
      'The model was trained and measured on SYNTHETIC (computer-drawn) faces only. Whether its counts mean anything with real people has not been shown: a change in them is no proof of a change in people.',
    real: 'The model was trained on recordings of real people; the data sheet says on which.',
  },
  warnings: [
    'Counts carry noise that protects people. Never conclude anything about a person.',
    'Released counts are too high on average, and shares of rare labels with them, because a window is released only when its noised total is high enough. The more windows are withheld by their total, the more so.',
  ],
  demo: 'Purpose demo: recordings of nobody, or without noise.',
  quantity: { negative: 'Negative', positive: 'Positive', surprise: 'Surprise', any: 'Any expression' },
  verdict: {
    reached: {
      word: 'Reached',
      means:
        'The change is shown, in the direction wanted, and is at least as large as what was said to matter.',
    },
    smaller: {
      word: 'Shown, but small',
      means:
        'There is a change in the direction wanted, but its best estimate is less than what was said to matter.',
    },
    opposite: { word: 'The other way', means: 'There is a change, in the other direction.' },
    absent: {
      word: 'Not there',
      means: 'No change is shown, and one as large as what matters is ruled out with 95 % confidence.',
    },
    undecided: {
      word: 'Undecided',
      means:
        'No change is shown, but one that matters is not ruled out either: more days, more people or less noise would be needed.',
    },
    running: {
      word: 'Not over',
      means:
        'The days after the change are not over. The figures so far are no result: who looks often enough always finds something.',
    },
    'not-comparable': {
      word: 'Not comparable',
      means: 'Model, slot or window was not the same on all days: the shares mean different things.',
    },
    'too-few-days': { word: 'Too few days', means: 'So few days that no result could be told from chance.' },
    'no-data': { word: 'No data', means: 'No day of the week has released windows both before and after.' },
  },
  defined: ({ when, clock }, at) => {
    const by = clock === 'recorder' ? 'seen by the recorder' : 'by the clock of the box alone';
    switch (when) {
      case 'before-baseline':
        return `Announced ${at}, ${by}: before the baseline began.`;
      case 'before-change':
        return `Announced ${at}, ${by}: after the baseline had begun, before the change.`;
      case 'after-change':
        return `Announced ${at}, ${by}: AFTER the change. It was not defined in advance.`;
      case 'never':
        return 'Never announced by the node in this recording: that it was defined in advance is NOT shown.';
    }
  },
  sections: {
    success: 'Success, as it was defined',
    sideBySide: 'Side by side',
    trends: 'Trends',
    coverage: 'Coverage',
    quality: 'Quality of the data',
    incidents: 'Incidents',
    budget: 'Privacy budget used',
    method: 'How the figures are made',
    read: 'What was read',
  },
  kpi: {
    none: 'The configuration has no definition of success (kpi), so there are trends and no verdict.',
    definedOn: (when, hash) => `Dated ${when} by those who wrote them; fingerprint ${hash}.`,
    others: (list) => `In that time the node also ran with OTHER definitions: ${list}.`,
    goal: {
      decrease: (points) => `less, by ${points} or more`,
      increase: (points) => `more, by ${points} or more`,
      either: (points) => `a change of ${points} or more, either way`,
    },
    labels: {
      where: 'What and where',
      goal: 'Wanted',
      before: 'Before',
      after: 'After',
      change: 'Change',
      p: 'Chance',
      detectable: 'Would be found',
      defined: 'Defined',
      gate: 'Withheld by total',
      axis: 'change, percentage points',
      verdict: 'Verdict',
    },
    side: (share, from, to, days, windows) =>
      `${share} of slots, ${from} to ${to}: ${plural(days, 'day')}, ${plural(windows, 'window')}`,
    change: (change, interval) =>
      interval === undefined ? `${change} (too few days for an interval)` : `${change} (95 %: ${interval})`,
    p: (p, adjusted, arrangements, drawn) =>
      `p = ${p}${adjusted === undefined || adjusted === p ? '' : `, ${adjusted} for all definitions together (Holm)`}; ${arrangements} ${drawn ? 'arrangements of days drawn' : 'arrangements of days, all tried'}`,
    gate: (before, after, unequal) =>
      `${before} before, ${after} after${unequal ? ': so different that the bias of released counts differs too; part of the change may be that' : ''}`,
  },
  columns: {
    site: 'Site',
    zone: 'Zone',
    people: 'People (declared)',
    windows: 'Windows',
    released: 'Released',
    withheld: 'Withheld',
    missing: 'Not heard of',
    trend: 'Trend a week (95 %)',
    spread: 'Spread from day to day: noise / draw / rest',
    epsilon: 'Epsilon, most a day',
    incidents: 'Incidents',
    camera: 'Camera',
    state: 'State, share of time',
    fps: 'Frames per second',
    reconnects: 'Reconnects / restarts',
    poor: 'Most face time did not count because of',
    from: 'From',
    length: 'Length',
    what: 'What',
    file: 'File',
    messages: 'Messages',
    unused: 'Not used',
    perMessage: 'A message',
    mostPerDay: 'Most in a day',
    average: 'Average day',
    allowed: 'Allowed in 24 h',
    day: 'Day',
    expected: 'Expected',
  },
  withheld: {
    headcount: 'zone too small',
    capture: 'no camera connected',
    budget: 'budget spent',
    total: 'noised total too small',
    ledger: 'could not be recorded',
  },
  state: {
    starting: 'starting',
    connecting: 'connecting',
    streaming: 'streaming',
    stalled: 'stalled',
    waiting: 'waiting to reconnect',
    paused: 'off (pause, hours)',
    ended: 'ended',
    failed: 'failed',
  },
  poor: {
    'frame-rate': 'too few frames',
    hidden: 'faces hidden',
    'face-height': 'faces too small',
    pose: 'faces turned away',
    exposure: 'exposure',
    blur: 'blur',
    motion: 'heads not held still',
    turned: 'the picture is turned',
  },
  incident: (kind, camera, detail) => {
    switch (kind) {
      case 'offline':
        return 'Node offline';
      case 'silence':
        return 'No health was heard';
      case 'restart':
        return 'Daemon started anew';
      case 'paused':
        return `Paused ${detail === 'mqtt' ? 'over MQTT' : detail === 'page' ? 'on its page' : 'at the machine'}`;
      case 'refused':
        return `Refused by governance: ${detail}`;
      case 'camera':
        return `Camera ${camera}: ${detail}`;
      case 'slowed':
        return `Camera ${camera}: looked at less often than it sends, ${detail === 'thermal' ? 'the box was too hot' : 'the box was too slow'} (within 24 hours before)`;
      case 'withheld':
        return `Windows withheld (zone, reason): ${detail}`;
      case 'discarded':
        return `${detail} signals discarded on the way to the broker`;
      case 'gap':
        return `Signals given up by the node (number, zone, reason): ${detail}`;
      case 'audit':
        return `Audit log begun anew or rewritten (entry ${detail})`;
      case 'software':
        return `Software is now ${detail}`;
      case 'model':
        return `Another model: version ${detail}`;
      case 'kpi':
        return `Other definitions of success: ${detail}`;
    }
  },
  counted: (kind, times, length) => {
    const names: Record<typeof kind, string> = {
      offline: 'offline',
      silence: 'silence',
      restart: 'restart',
      paused: 'pause',
      refused: 'refusal',
      camera: 'camera trouble',
      slowed: 'rate lowered',
      withheld: 'windows withheld',
      discarded: 'loss of signals',
      gap: 'gap',
      audit: 'audit log',
      software: 'new software',
      model: 'new model',
      kpi: 'new definitions',
    };
    return `${names[kind]} ${times}×${length === '' ? '' : ` (${length})`}`;
  },
  unused: {
    'not-json': 'no JSON',
    'not-ours': 'no message of micron-edge',
    'other-version': 'message of another version',
    'wrong-fields': 'does not fit the schema',
    'wrong-topic': 'topic and message disagree',
    'too-long': 'too long',
    'cut-off': 'cut off at the end of the file',
  },
  notes: {
    gate: (zone, withheld, slots, shares) =>
      `${zone}: ${withheld} of the windows were withheld by their total. By the law of the noise that adds about ${slots} slots to each label of a window that was released; without it the shares would be about ${shares}.`,
    makings: (zone) =>
      `${zone}: model, slot or window changed in this time, so there is no trend over all of it.`,
    conflicting: (zone, times) =>
      `${zone}: ${plural(times, 'window')} came again with other content; the first one counts.`,
    repeated: (times) => `${plural(times, 'message')} came more than once and counted once.`,
    oddNoise: (zone) =>
      `${zone}: epsilon and interval of messages do not belong together; the interval was taken.`,
    looseNoise: (zone) => `${zone}: the bound of a contribution is not told exactly; the largest was taken.`,
    unconfigured: 'No configuration was given for this node: days are UTC, zones have no names.',
    newer: (times) => `${plural(times, 'message')} had fields of a newer version, which were left out.`,
    noHealth: 'The recording has no health messages of this node.',
    health: (covered, restarts, reconnects, discarded) =>
      `Health covers ${covered}. Starts of the daemon: ${restarts}; lost connections to the broker: ${reconnects}; signals discarded: ${discarded}.`,
    backward: (times) => `${plural(times, 'health message')} came out of order and did not count.`,
    more: (times) => `And ${times} more.`,
    noIncidents: 'None.',
    noTrend: 'too few days',
    trendSeen: 'not level',
    unusedLine: (times, why, line) => `${times}× ${why} (first: line ${line})`,
    open: 'not over',
    ofDays: (days, all) => `${days} of ${plural(all, 'day')}`,
    charts:
      'Points: share of slots on a day, in percent. Bars: 95 % interval. Line: trend. Dashed upright: a change.',
    coverage: 'Windows of each day.',
    budget:
      'Windows that are withheld by their total have paid too. The ledger of the box counts any 24 hours; here are days.',
  },
  method: [
    'Share: slots with the label over all slots, both summed over released windows, both with noise. Sums stay unbiased by noise because counts may be negative; the gate (see above) does bias them, and intervals, trends and tests do not correct it; where it is large, what it does is estimated beside the figures.',
    'Interval of a day: variance of a ratio of two sums as the windows themselves show it (Cochran 1977, 6.4; Student, windows - 1), because slots of one person are alike; but never less than the noise, whose variance is known exactly (discrete Laplace with the epsilon and interval of the messages), and independent draw of labels.',
    'Trend: a straight line by least squares weighted with that known variance, with a level for each day of the week from 14 days on. What noise and draw do not explain widens the interval (overdispersion, quasi-likelihood), and never narrows it. Days are taken to be independent.',
    'Spread from day to day: the known parts noise and draw, and what is left by the moment estimate of DerSimonian and Laird (1986).',
    'Before and after: days are compared with days of the same name (Cochran 1954). The test asks how often other days of that name, taken as the ones after, would differ as much (permutation, two-sided, blocked by day of the week). It needs no law for noise, gate or people, only that without a change days of a name are alike; a drift that has nothing to do with the change, or days that hang together, break it. The interval has the shifts that the test does not refuse. Several definitions share the 5 % (Holm 1979).',
    'A change between two periods is not caused by what was changed only because it came after it: order books, seasons, staff and light change too.',
    'Health tells one word a day and camera of why faces did not count, and no number: how many faces there were is told nowhere.',
  ],
  footer: (software, at) =>
    `Made ${at} by micron-edge ${software} from released aggregates and health messages alone.`,
  perWeek: (points, low, high) => `${points} (${low} to ${high})`,
  spread: (noise, sampling, days) => `${noise} / ${sampling} / ${days}`,
  percent: (share) => `${digits(share)}\u00a0%`,
  points: (share) => `${sign(share)}${digits(Math.abs(share))}\u00a0points`,
  interval: (low, high) => `${low} to ${high}`,
  date,
  shortDate: (iso) => short.format(new Date(`${iso}T00:00:00Z`)),
  time: (ms, timeZone) =>
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(ms),
  duration,
  list: (items) => items.join(', '),
};
