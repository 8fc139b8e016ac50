import { TOPIC } from '../support/plant.ts';
import { until } from '../support/until.ts';
import { type Faults, WITHIN } from './fault.ts';
import { QUEUE_MESSAGES, type Site, WINDOW_S } from './site.ts';

const HOUR_MS = 3_600_000;
const gapOf = (reason: string) => (site: Site) =>
  until(
    () =>
      site.messages.some(({ topic, body }) => topic === `${TOPIC}/zone/press/gap` && body.reason === reason),
    `a gap marker: ${reason}`,
    WITHIN,
  );
const cut = ({ brokerCable }: Site) => {
  brokerCable.refuses = true;
  brokerCable.reset();
};

/** Signals that the plant will not get, and is told of. */
export const ofQueue: Faults = {
  'queue: the broker is away for longer than there is room': {
    async begin(site) {
      cut(site);
      await site.says(/"code":"signals-dropped".*"reason":"size"/, (QUEUE_MESSAGES + 12) * WINDOW_S * 1000);
    },
    async sees(site) {
      site.brokerCable.mend();
      await gapOf('size')(site);
    },
    end: (site) => site.signalAfterNow('a signal after the gap'),
  },
  'queue: the broker is away for longer than signals are kept': {
    async begin(site) {
      cut(site);
      await new Promise((resolve) => setTimeout(resolve, 2 * WINDOW_S * 1000));
      // Two days and an hour, of which the daemon sees the clock alone.
      site.inside.clock.advance(49 * HOUR_MS);
      await site.says(/"code":"signals-dropped".*"reason":"age"/);
    },
    async sees(site) {
      site.brokerCable.mend();
      await gapOf('age')(site);
    },
    end: (site) => site.signalAfterNow('a signal after the gap'),
  },
};
