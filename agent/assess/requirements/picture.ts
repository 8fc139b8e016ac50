import type { Requirement } from '../assessment.ts';
import { flickerOf } from '../flicker.ts';
import { notJudged, passing } from './judged.ts';
import { FEWEST_FACES, percent, type Subject, step } from './subject.ts';

export function view({ viewFault }: Subject): Requirement {
  const advice = {
    dark: 'More light, or a longer exposure.',
    covered: 'Is there a cap, a bag or dirt on the lens?',
    frozen: 'Restart the camera; then its firmware.',
  };
  return {
    name: 'view',
    verdict: viewFault === undefined ? 'good' : 'bad',
    found: viewFault ?? 'there is something to be seen',
    wanted: 'not dark, covered or frozen',
    ...(viewFault === undefined ? {} : { advice: advice[viewFault] }),
  };
}

export function light({ measures }: Subject): Requirement {
  const wanted = '90 % of faces neither flat nor black or white';
  const share = passing(measures.faceTime, 'exposure');
  if (share === undefined) return notJudged('light on faces', wanted);
  const verdict = step(share, 0.9, 0.6);
  return {
    name: 'light on faces',
    verdict,
    found: `${percent(share)} of faces`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'Light from in front, no window behind people; switch on wide dynamic range (WDR), or expose for the faces.',
        }),
  };
}

export function sharpness({ measures, quality }: Subject): Requirement {
  const wanted = `90 % of faces with a blur of at most ${quality.maxBlur}`;
  if (measures.blurs.count < FEWEST_FACES / 3) return notJudged('sharpness', wanted);
  const share = measures.blurs.shareOf((blur) => blur <= quality.maxBlur);
  const middle = measures.blurs.quantile(0.5);
  const verdict = share < 0.6 ? 'bad' : share < 0.9 || middle > quality.maxBlur - 0.07 ? 'weak' : 'good';
  return {
    name: 'sharpness',
    verdict,
    found: `blur mostly ${middle.toFixed(2)}; ${percent(share)} of faces sharp enough`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'Focus on where people stand (not on the wall behind), clean the lens, switch noise reduction down, shorten the exposure, raise the bit rate.',
        }),
  };
}

export function shutter({ measures }: Subject): Requirement {
  const openMs = measures.shutter.openMs(measures.intervalMs);
  const wanted = '10 ms or less (1/100 s), 20 at most';
  if (openMs === undefined)
    return {
      name: 'exposure time',
      verdict: 'unknown',
      found: 'no head has moved enough to tell',
      wanted,
      advice: 'Look it up in the camera: 1/100 s or shorter.',
    };
  const verdict = openMs <= 14 ? 'good' : openMs <= 24 ? 'weak' : 'bad';
  return {
    name: 'exposure time',
    verdict,
    found: `about ${Math.round(openMs)} ms, from how moving faces are smeared`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'Limit the shutter to 1/100 s (1/120 s on 60 Hz mains) and give the missing light with lamps, not with gain.',
        }),
  };
}

export function flicker({ measures }: Subject): Requirement {
  const wanted = 'less than 1.5 % of brightness';
  const fps = measures.intervalMs === 0 ? 0 : 1000 / measures.intervalMs;
  const found = flickerOf(measures.light, fps);
  if (found === undefined)
    return { name: 'flicker', verdict: 'unknown', found: 'too few pictures to tell', wanted };
  const verdict = found.percent < 1.5 ? 'good' : found.percent < 5 ? 'weak' : 'bad';
  return {
    name: 'flicker',
    verdict,
    found: found.percent < 0.1 ? 'none' : `${found.percent.toFixed(1)} % at ${found.hz.toFixed(1)} Hz`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'Set the camera to the frequency of the mains (50 or 60 Hz, "anti-flicker"), with a shutter of 1/100 s or 1/120 s; or lamps with electronic ballast.',
        }),
  };
}
