import type { Requirement } from '../assessment.ts';
import type { Measures } from '../measures.ts';
import { percent, type Subject, step, worst } from './subject.ts';

/** Pictures per second from which on the quickest micro-expressions have as many as the shipped model was trained with. */
const GOOD_FPS = 24;

/** What the camera sends, whatever this machine made of it. */
const sentPerSecond = ({ dropped, times, seconds, intervalMs }: Measures): number =>
  dropped > 0 ? (times.length + dropped) / Math.max(1, seconds) : intervalMs === 0 ? 0 : 1000 / intervalMs;

/** Pictures that this machine left out must not be held against the camera. */
const tooSlow = (name: string, { dropped, times }: Measures, wanted: string): Requirement => ({
  name,
  verdict: 'unknown',
  found: `this machine was too slow: it left out ${percent(dropped / (dropped + times.length))} of the pictures`,
  wanted,
  advice: 'Assess again with fewer programs running here, or with a smaller analysis size.',
});
const isTooSlow = ({ dropped, times }: Measures): boolean => dropped > 0.02 * times.length;

export function frameRate({ measures, quality }: Subject): Requirement {
  const fps = sentPerSecond(measures);
  const verdict = step(fps, GOOD_FPS, quality.minFps * 0.9);
  return {
    name: 'frame rate',
    verdict,
    found: `${fps.toFixed(1)} pictures/s`,
    wanted: `${GOOD_FPS} or more, ${quality.minFps} at least`,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'Set the stream to 25 or 30 pictures/s; where the camera cannot at this size, choose a smaller one or a second stream. A shutter slower than 1/25 s and "low light" or "smart codec" modes lower the rate by themselves.',
        }),
  };
}

/** Share of the seconds in which so many pictures came that they count. */
export function steadiness({ measures, quality }: Subject): Requirement {
  const wanted = 'no more than 2 % late, no second without enough pictures';
  if (isTooSlow(measures)) return tooSlow('steadiness', measures, wanted);
  const { times, intervalMs } = measures;
  const late =
    times.slice(1).filter((ms, i) => ms - times[i]! > 1.5 * intervalMs).length /
    Math.max(1, times.length - 1);
  const perSecond = new Map<number, number>();
  for (const ms of times)
    perSecond.set(Math.floor(ms / 1000), (perSecond.get(Math.floor(ms / 1000)) ?? 0) + 1);
  // The first and the last second are not whole.
  const whole = [...perSecond.values()].slice(1, -1);
  const steady = whole.filter((n) => n >= quality.minFps * 0.9).length / Math.max(1, whole.length);
  const verdict = worst([step(1 - late, 0.98, 0.85), whole.length < 3 ? 'good' : step(steady, 0.98, 0.8)]);
  return {
    name: 'steadiness',
    verdict,
    found: `${percent(late)} of pictures late by half an interval${whole.length < 3 ? '' : `; ${percent(steady)} of seconds complete`}`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'A constant frame rate and bit rate (CBR), TCP instead of UDP, a wired network without other traffic on it.',
        }),
  };
}

export function latency({ measures }: Subject): Requirement {
  const wanted = '250 ms at most';
  if (isTooSlow(measures)) return tooSlow('latency', measures, wanted);
  const late = measures.delays.quantile(0.95);
  const verdict = late <= 250 ? 'good' : late <= 1000 ? 'weak' : 'bad';
  return {
    name: 'latency',
    verdict,
    found: `pictures come up to ${Math.round(late)} ms later than the promptest (95 %)`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : { advice: 'Other traffic on this network, Wi-Fi in between, or this machine is too slow.' }),
  };
}
