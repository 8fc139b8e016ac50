import type { Config } from '../config/schema.ts';
import type { StreamFacts } from '../decode/probe.ts';
import type { ViewFault } from '../detect/view.ts';
import type { FaceFrames } from '../domain/quality.ts';
import type { Requirement, Verdict } from './assessment.ts';
import { flickerOf } from './flicker.ts';
import type { Measures } from './measures.ts';

export interface Subject {
  readonly measures: Measures;
  readonly stream: StreamFacts;
  readonly quality: Config['quality'];
  /** Size in which faces are looked for. */
  readonly analysis: { readonly widthPx: number; readonly heightPx: number };
  readonly live: boolean;
  readonly viewFault: ViewFault | undefined;
}

/** Pictures per second from which on the quickest micro-expressions have as many as the shipped model was trained with. */
const GOOD_FPS = 24;
/** Faces in pictures below which nothing is said of faces. */
export const FEWEST_FACES = 30;
/** Coded bits per pixel and picture of H.264 for scenes with little motion ("Kush gauge", Amerasinghe 2010: 0.07). */
const GOOD_BITS = 0.07;
/** Newer codecs need less for the same picture. */
const THRIFT: Readonly<Record<string, number>> = { hevc: 0.6, av1: 0.5, mjpeg: 8 };

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const step = (value: number, good: number, weak: number): Verdict =>
  value >= good ? 'good' : value >= weak ? 'weak' : 'bad';

/** Each thing that micro-expressions need of a camera, whether it is there, and what to change. */
export function requirementsOf(subject: Subject): Requirement[] {
  const faces = subject.measures.heights.count >= FEWEST_FACES;
  return [
    view(subject),
    frameRate(subject),
    steadiness(subject),
    ...(faces
      ? [
          faceHeight(subject),
          pose(subject),
          light(subject),
          sharpness(subject),
          followed(subject),
          motion(subject),
        ]
      : [noFaces()]),
    shutter(subject),
    flicker(subject),
    codec(subject),
    ...(subject.live ? [latency(subject)] : []),
  ];
}

const noFaces = (): Requirement => ({
  name: 'faces',
  verdict: 'unknown',
  found: 'hardly any face was there',
  wanted: 'somebody in view for two seconds at least, better for a minute',
  advice:
    'Assess while people work there. If they did: is the camera so far away, so high, or so far to the side that no face is to be seen?',
});

function view({ viewFault }: Subject): Requirement {
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

function frameRate({ measures, quality }: Subject): Requirement {
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
function steadiness({ measures, quality }: Subject): Requirement {
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

function faceHeight({ measures, quality, analysis, stream }: Subject): Requirement {
  const need = quality.minFaceHeightPx;
  const middle = measures.heights.quantile(0.5);
  const enough = measures.heights.shareOf((px) => px >= need);
  const verdict = middle >= 1.5 * need && enough >= 0.9 ? 'good' : enough >= 0.5 ? 'weak' : 'bad';
  const spare = stream.widthPx / analysis.widthPx;
  const factor = (1.5 * need) / Math.max(1, middle);
  const times = factor.toFixed(1);
  const advice =
    spare >= 1.3
      ? `The stream has ${stream.widthPx} x ${stream.heightPx}, and faces are looked for in ${analysis.widthPx} x ${analysis.heightPx}: set analysis.widthPx to ${Math.min(stream.widthPx, Math.ceil((analysis.widthPx * Math.min(factor, spare)) / 2) * 2)} first.${factor > spare ? ` Then a focal length ${(factor / spare).toFixed(1)} times as long, or as much nearer.` : ''}`
      : `A focal length ${times} times as long, a camera ${times} times as near, or a stream with ${times} times as many pixels across.`;
  return {
    name: 'face height',
    verdict,
    found: `${Math.round(measures.heights.quantile(0.1))} to ${Math.round(measures.heights.quantile(0.9))} px, mostly ${Math.round(middle)}; ${percent(enough)} high enough`,
    wanted: `${1.5 * need} px, ${need} at least (brows to chin)`,
    ...(verdict === 'good' ? {} : { advice }),
  };
}

function pose({ measures, quality }: Subject): Requirement {
  const { yaws, pitches } = measures;
  const yaw = yaws.shareOf((deg) => Math.abs(deg) <= quality.maxYawDeg);
  const pitch = pitches.shareOf((deg) => Math.abs(deg) <= quality.maxPitchDeg);
  const verdict = step(Math.min(yaw, pitch), 0.75, 0.4);
  const side = Math.abs(yaws.quantile(0.5));
  const tilt = pitches.quantile(0.5);
  const advice =
    yaw < pitch
      ? `Faces are seen from ${side > quality.maxYawDeg / 2 ? 'the side' : 'many sides'}: move the camera to where people look while they work.`
      : `Faces are seen from ${tilt > 0 ? 'above' : 'below'}: mount the camera at the height of eyes, or farther away with a longer lens.`;
  return {
    name: 'pose',
    verdict,
    found: `${percent(Math.min(yaw, pitch))} of faces turned little enough (yaw ${Math.round(yaws.quantile(0.1))} to ${Math.round(yaws.quantile(0.9))}, pitch ${Math.round(pitches.quantile(0.1))} to ${Math.round(pitches.quantile(0.9))} degrees)`,
    wanted: `75 % within ${quality.maxYawDeg} degrees to the side and ${quality.maxPitchDeg} up or down`,
    ...(verdict === 'good' ? {} : { advice }),
  };
}

/** Share of those that could be judged, so that what is refused for something else before counts for neither. */
function passing(
  faceTime: FaceFrames,
  reason: 'exposure' | 'blur' | 'motion' | 'hidden',
): number | undefined {
  const later = {
    hidden: ['hidden', 'face-height', 'pose', 'exposure', 'blur', 'motion', 'counted'],
    exposure: ['exposure', 'blur', 'motion', 'counted'],
    blur: ['blur', 'motion', 'counted'],
    motion: ['motion', 'counted'],
  } as const;
  const judged = later[reason].reduce((sum, each) => sum + faceTime[each], 0);
  return judged < FEWEST_FACES / 2 ? undefined : 1 - faceTime[reason] / judged;
}

const notJudged = (name: string, wanted: string): Requirement => ({
  name,
  verdict: 'unknown',
  found: 'too few faces came so far',
  wanted,
  advice: 'Mend first what is bad above, then assess again.',
});

function light({ measures }: Subject): Requirement {
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

function sharpness({ measures, quality }: Subject): Requirement {
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

function followed({ measures }: Subject): Requirement {
  const { found, missed } = measures.followed;
  const share = found / Math.max(1, found + missed);
  const verdict = step(share, 0.95, 0.8);
  return {
    name: 'following faces',
    verdict,
    found: `found in ${percent(share)} of the pictures in which they are followed`,
    wanted: '95 %',
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'Something covers faces (hands, machines, masks, visors), or they are at the edge of what can be found: nearer, from in front, with more light.',
        }),
  };
}

function motion({ measures, quality }: Subject): Requirement {
  const wanted = `${quality.maxMotionPx} px at most, half of it for 90 % of faces`;
  if (measures.residuals.count < FEWEST_FACES / 2) return notJudged('residual motion', wanted);
  const high = measures.residuals.quantile(0.9);
  const verdict = high <= quality.maxMotionPx / 2 ? 'good' : high <= quality.maxMotionPx ? 'weak' : 'bad';
  return {
    name: 'residual motion',
    verdict,
    found: `${measures.residuals.quantile(0.5).toFixed(2)} px, at most ${high.toFixed(2)} for 90 % of faces`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice:
            'A mount that does not shake, image stabilisation in the camera off, a shorter exposure, more pixels on the face.',
        }),
  };
}

function shutter({ measures }: Subject): Requirement {
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

function flicker({ measures }: Subject): Requirement {
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

/** Bits per pixel and picture; undefined where they could not be counted. */
export const bitsPerPixel = ({ bits, pictures, widthPx, heightPx }: StreamFacts): number | undefined =>
  bits > 0 ? bits / (pictures * widthPx * heightPx) : undefined;

function codec({ stream }: Subject): Requirement {
  const need = GOOD_BITS * (THRIFT[stream.codec] ?? 1);
  const bits = bitsPerPixel(stream);
  const wanted = `${need.toPrecision(2)} bits per pixel and picture for ${stream.codec}, a third of it at least`;
  if (bits === undefined)
    return { name: 'codec', verdict: 'unknown', found: `${stream.codec}, bits not known`, wanted };
  const verdict = step(bits, need, need / 3);
  const rate = stream.seconds > 0 ? `, ${(stream.bits / stream.seconds / 1e6).toFixed(1)} Mbit/s` : '';
  return {
    name: 'codec',
    verdict,
    found: `${stream.codec} ${stream.widthPx} x ${stream.heightPx}${rate}, ${bits.toPrecision(2)} bits per pixel`,
    wanted,
    ...(verdict === 'good'
      ? {}
      : {
          advice: `Raise the bit rate to ${(((need / bits) * stream.bits) / Math.max(1, stream.seconds) / 1e6).toFixed(1)} Mbit/s, at a constant bit rate; switch "smart codec", "H.264+" and strong noise reduction off: they take away just what moves little.`,
        }),
  };
}

function latency({ measures }: Subject): Requirement {
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

function worst(verdicts: readonly Verdict[]): Verdict {
  return (['bad', 'weak', 'unknown'] as const).find((each) => verdicts.includes(each)) ?? 'good';
}

/** The worst of all; without faces nothing is known, whatever else is good. */
export function overall(requirements: readonly Requirement[]): Verdict {
  const found = worst(
    requirements.filter(({ verdict }) => verdict !== 'unknown').map(({ verdict }) => verdict),
  );
  const faces = requirements.some(({ name }) => name === 'faces');
  return faces && found !== 'bad' ? 'unknown' : found;
}
