import type { Requirement } from '../assessment.ts';
import { notJudged } from './judged.ts';
import { FEWEST_FACES, percent, type Subject, step } from './subject.ts';

export const noFaces = (): Requirement => ({
  name: 'faces',
  verdict: 'unknown',
  found: 'hardly any face was there',
  wanted: 'somebody in view for two seconds at least, better for a minute',
  advice:
    'Assess while people work there. If they did: is the camera so far away, so high, or so far to the side that no face is to be seen?',
});

export function faceHeight({ measures, quality, analysis, stream }: Subject): Requirement {
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

export function pose({ measures, quality }: Subject): Requirement {
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

export function followed({ measures }: Subject): Requirement {
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

export function motion({ measures, quality }: Subject): Requirement {
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
