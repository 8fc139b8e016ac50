import { cpus, loadavg } from 'node:os';
import { until } from '../support/until.ts';
import type { Faults } from './fault.ts';
import type { Site } from './site.ts';

const HOUR_MS = 3_600_000;
/** Heat sinks take their time, and patience grows: see agent/thermal/cooling.ts and agent/supervise/shedding.ts. */
const PATIENCE = { withinMs: 280_000, everyMs: 200 };
/** One more than the minute over which a rate is taken. */
const MINUTE_MS = 65_000;

const isLowered = ({ inside }: Site) => inside.granted.at(-1) !== undefined;
/** Of the last minute; the daemon itself keeps less than one processor at work. */
const busyElsewhere = () =>
  loadavg()[0]! > 1.5 * cpus().length &&
  'the processors of this machine are busy with something else, and the box would rightly shed load by itself';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Less is looked at than comes, on purpose. @param slow a film of 8 pictures a second: the way back is short */
export const ofLoad = (slow: string, usual: string): Faults => ({
  'overload: networks are too slow for what the camera sends': {
    lacks: busyElsewhere,
    async begin(site) {
      await site.camera.show(slow);
      site.camera.dropClients();
      await site.serves();
      await until(() => !isLowered(site), 'a box that keeps up', PATIENCE);
      site.inside.inference.begin({ slowMs: 110 });
    },
    sees: (site) => until(() => isLowered(site), 'a lower rate that is granted', PATIENCE),
    async end(site) {
      site.inside.inference.end();
      await until(() => !isLowered(site), 'all pictures again', PATIENCE);
      await site.camera.show(usual);
      site.camera.dropClients();
    },
  },
  'thermal: the box becomes hot': {
    lacks: (site) => (site.heat === undefined ? 'nothing may be mounted here' : busyElsewhere()),
    async begin(site) {
      await site.camera.show(slow);
      site.camera.dropClients();
      await site.serves();
      await until(() => !isLowered(site), 'a box that keeps up', PATIENCE);
      // So near to where the kernel acts, and no nearer: one step down.
      site.heat!.become(90);
      await until(() => isLowered(site), 'a lower rate that is granted', PATIENCE);
      site.heat!.become(85);
    },
    async sees(site) {
      await pause(MINUTE_MS);
      // Health tells the rate of full hours: so it is, for the daemon, the next one.
      const { clock } = site.inside;
      clock.advance(HOUR_MS - (clock.wallMs % HOUR_MS));
      const rate = () => site.health.cameras[0].rate;
      await until(() => rate()?.shedding === 'thermal', 'the reason in health', PATIENCE);
      if (rate().lowest >= rate().wanted) throw new Error(`lowest ${rate().lowest}, wanted ${rate().wanted}`);
    },
    async end(site) {
      site.heat?.become(60);
      await until(() => !isLowered(site), 'all pictures again', PATIENCE);
      await site.camera.show(usual);
      site.camera.dropClients();
    },
  },
});
