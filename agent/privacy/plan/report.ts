import { epsilonOf } from '../../domain/epsilon.ts';
import { chartOf } from './chart.ts';
import type { Plan, ZonePlan } from './plan.ts';
import { table, wrapped } from './table.ts';
import { terminalPlot } from './terminal-plot.ts';
import { duration, figure, oddsFactor, percent } from './units.ts';

/** The plan for people, for a terminal of `width` columns. */
export function report(plan: Plan, width: number): string {
  const say = (text: string) => `${wrapped(text, Math.min(width, 100))}\n`;
  const chart = chartOf(plan);
  return [
    `PRIVACY PLAN FOR ${plan.node}\n`,
    say(introduction(plan)),
    'WHAT TO EXPECT\n',
    `${table(expectations(plan))}\n`,
    ...readings(plan).map(say),
    `TO SEE A RISE FROM ${percent(plan.question.rise.from)} TO ${percent(plan.question.rise.to)}, ONE CHANGE ALONE\n`,
    `${table(changes(plan))}\n`,
    say(CHANGES),
    ...costs(plan).map(say),
    ...where(plan, say),
    'THE BUDGET OF A DAY\n',
    ...budget(plan).map(say),
    'OTHER HEAD COUNTS\n',
    `${table(others(plan))}\n`,
    ...(chart === undefined ? [] : [terminalPlot(chart, width)]),
  ].join('\n');
}

function introduction({ aggregation }: Plan): string {
  const { windowS, slotS, noise, regions } = aggregation;
  const noiseText =
    noise === 'none'
      ? 'This configuration adds no noise: it is for demonstrations with nobody in front of the camera, and protects nobody.'
      : 'Before a count leaves the box, a random number is added to it, so that a message tells hardly anything about whether one person was there, or what was seen in that face. The price is that every count is off by chance. This plan says by how much, and what it would take to see more.';
  return `Every ${duration(windowS * 1000)} the box sends one message per zone with four counts: none, negative, positive, surprise${regions === undefined ? '' : ', and six that say where on the face events were'}. What is counted are slots: one slot is ${figure(slotS)} seconds of one face. ${noiseText}`;
}

function expectations({ zones, question }: Plan): string[][] {
  return [
    ['zone', 'people', 'slots', 'at most', 'one count off by', 'withheld', `${points(question)} seen in one`],
    ...zones.map((zone) => {
      const { slots, error, headCount } = zone;
      const sizes = [zone.zone, String(headCount), figure(slots.expected), figure(slots.most)];
      if (zone.tooSmall) return [...sizes, 'never told', 'always', 'never'];
      const off = `${figure(error.slots)} = ${percent(error.share)}`;
      return [...sizes, off, percent(zone.withheld), percent(zone.seenInOne)];
    }),
  ];
}

function others({ curve, question }: Plan): string[][] {
  return [
    ['people', 'slots', 'one count off by', 'withheld', `${points(question)} seen in one`],
    ...curve.map(({ headCount, slots, error, withheld, seenInOne }) => [
      String(headCount),
      figure(slots.expected),
      percent(error.share),
      percent(withheld),
      percent(seenInOne),
    ]),
  ];
}

const points = ({ rise }: Plan['question']): string => `${figure((rise.to - rise.from) * 100)} points`;

function readings({ aggregation, question, bound, zones }: Plan): string[] {
  const { minHeadCount, slotsPerTrack, assumedTracksPerPerson } = aggregation;
  const typical = question.perPerson === slotsPerTrack;
  const small = zones.some(({ tooSmall }) => tooSmall);
  return [
    `slots: in one message, if each person earns ${figure(question.perPerson)} of them${typical ? ', which is what somebody earns whose face is in view long enough without a break. If faces are in view more rarely, there are fewer, and everything below is worse: measure it (the sum of the four counts, averaged over many messages, divided by the people) and say it with --slots' : ''}. At most: nobody adds more than ${bound.slotsPerPerson} slots to a message, if the assumption holds that one person makes at most ${assumedTracksPerPerson} tracks in a window.`,
    'one count off by: in 95 of 100 messages each count is within so many slots of the true one; also in % of all slots of the zone. Over 100 % a single message says next to nothing. It is what the message itself states as interval95.',
    `withheld: so many messages come without numbers, because their total with noise is below ${minHeadCount} (aggregation.minHeadCount). Messages that do come are therefore a little too high on average, most so where many are withheld.`,
    ...(small
      ? [
          `never told: fewer than ${minHeadCount} people work there, so no number of that zone ever leaves the box.`,
        ]
      : []),
    `seen in one: the label usually makes up ${percent(question.rise.from)} of the slots and now makes up ${percent(question.rise.to)}. In so many of 100 messages that rise shows, if one is ready to be wrong in 5 of 100 messages in which nothing has changed. 5 % therefore means: blind.`,
  ];
}

const CHANGES =
  'messages: so many released ones added up, and how long it takes until they are there. The others: so that a single message is enough. "Not alone" means that no value that can be configured is enough by itself (10 000 messages, 24 hours, 10 000 people, epsilon 20).';

function changes({ zones }: Plan): string[][] {
  const or = (value: number | undefined, text: (value: number) => string) =>
    value === undefined ? 'not alone' : text(value);
  return [
    ['zone', 'messages', 'which take', 'or a window of', 'or people', 'or epsilon'],
    ...zones
      .filter(({ tooSmall }) => !tooSmall)
      .map(({ zone, alone, takesMs }: ZonePlan) => [
        zone,
        or(alone.windows, figure),
        takesMs === undefined ? '' : duration(takesMs),
        or(alone.windowS, (s) => duration(s * 1000)),
        or(alone.headCount, figure),
        or(alone.epsilonPerWindow, figure),
      ]),
  ];
}

function costs({ aggregation, question, zones }: Plan): string[] {
  const epsilon = epsilonOf(aggregation);
  const [zone] = zones.filter(({ limit }) => limit !== undefined);
  const rule =
    zone === undefined
      ? []
      : [
          `The rule behind it, for ${zone.zone}: add up ${figure(zone.alone.windows!)} messages; take the slots of the label, less ${percent(question.rise.from)} of all slots; above ${figure(zone.limit!)} slots, with as many slots in a message as assumed above, it is a rise. It is wrong in 5 of 100 cases where nothing has changed, and finds the rise in 80 of 100 where it is there. Faces of one person are alike from slot to slot, which this leaves out: the truth is somewhat worse.`,
        ];
  return [
    ...rule,
    'What each costs. More messages: time, and nothing else. A longer window: later news, and the assumption on tracks per person must hold for the longer time; it helps only as far as people are seen again and again. More people: zones that are joined, so the numbers speak of a larger group, which also protects better. More epsilon: protection; see below.',
    'slotsPerTrack changes little: slots and noise grow together. Lowering assumedTracksPerPerson makes the noise smaller, but it is an assumption on which the protection rests: measure it before you lower it.',
    `What epsilon means. Somebody who has a guess whether one person was there, and then reads a message, can become surer by at most the factor e^epsilon in the odds: ${oddsFactor(epsilon)} for the ${figure(epsilon)} of now; 1.1 for 0.1, 2.7 for 1, 20 for 3, 22 026 for 10. For a guess about what was seen in the face of somebody who is known to have been there it is twice the epsilon: ${oddsFactor(2 * epsilon)}. Small is safe; above about 3 it is hardly a promise.`,
  ];
}

function where(plan: Plan, say: (text: string) => string): string[] {
  const { regions, zones, question, aggregation } = plan;
  if (regions === undefined || aggregation.regions === undefined) return [];
  const rows = zones.flatMap(({ zone, regions: worth }) => {
    if (worth === undefined) return [];
    const { events, windows, takesMs } = worth;
    const off = [zone, figure(events), figure(regions.interval95)];
    return [
      windows === undefined
        ? [...off, 'never', '']
        : [...off, figure(windows), takesMs === undefined ? '' : duration(takesMs)],
    ];
  });
  return [
    'WHERE ON THE FACE\n',
    `${table([['zone', 'slots with an event', 'one count off by', 'messages', 'which take'], ...rows])}\n`,
    say(
      `Six more counts (brows, eyes, nose, cheeks, mouth, chin) say from where on the face the events of a window came, one region for each slot with an event. There are so many of those if each label makes up ${percent(question.rise.from)} of the slots. messages: so many added up, and each of the six is known to a quarter of all events: half of them in one region then looks like anything from a quarter to three quarters. "Never" means not within 10 000. They cost epsilon ${figure(aggregation.regions.epsilonPerWindow)} on top of ${figure(aggregation.epsilonPerWindow)}, out of the same budget. How often a region is right is another question: see "Where on the face" in agent/publish/README.md.`,
    ),
  ];
}

function budget({ aggregation, budget: plan }: Plan): string[] {
  const { epsilonPerDay, regions } = aggregation;
  const epsilon = epsilonOf(aggregation);
  const { windowsPer24h, watchedPerWeek, watchedPer24h, paidPerWeek, spentFrom } = plan;
  if (windowsPer24h === undefined) return ['Without noise there is no budget.'];
  const hours =
    spentFrom === undefined
      ? `The hours of operation hold ${watchedPer24h} windows in 24 hours at most, so it is never spent.`
      : `The hours of operation hold up to ${watchedPer24h} windows in 24 hours: on the first day of a week it is spent at ${spentFrom}, and from then on messages are withheld until the spending is 24 hours old. Of ${watchedPerWeek} windows of a week ${paidPerWeek} are paid for. To pay for all: epsilonPerDay ${figure(watchedPer24h * epsilon)}, or ${regions === undefined ? 'epsilonPerWindow' : 'both epsilonPerWindow together'} ${figure(Math.floor((epsilonPerDay / watchedPer24h) * 1e4) / 1e4)}, or longer windows.`;
  const day = Math.min(epsilonPerDay, windowsPer24h * epsilon);
  return [
    `Each message of a zone spends ${figure(epsilon)} of the ${figure(epsilonPerDay)} that the zone may spend in any 24 hours: ${windowsPer24h} messages. ${hours}`,
    `All messages of 24 hours together are covered by a factor of ${oddsFactor(day)} in the odds of such a guess, for somebody who was in view in all of those windows. ${day > 5 ? 'That is no promise any more: what protects over a whole day is only that single messages are noisy and groups are large. If a day is what has to be protected, lower epsilonPerDay.' : 'That still is a promise for the day.'} Beyond 24 hours nothing is claimed.`,
  ];
}
