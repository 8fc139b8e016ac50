import type { Observations } from '../domain/observer.ts';
import type { Comparison, Moment, Pair, Spotted } from '../domain/tokens.ts';
import type { Calibration } from './calibration.ts';
import { FaceNoise, type Noise } from './noise.ts';
import { PeakFinder, type PeakLimits } from './peaks.ts';
import { TokenRing } from './ring.ts';

export interface SpotOptions extends PeakLimits {
  /** Distances at which a face is compared with its own past, milliseconds. */
  readonly lagsMs: readonly number[];
}

type Compare = (pairs: readonly Pair[]) => Promise<Comparison[]>;

/** A ring must reach back from the end of an event over its whole length, the longest lag and the hysteresis. */
const SLACK_MS = 300;
/** Beyond this, time between two looks at a face was not watched. */
const LONGEST_STEP_MS = 250;

export interface SpotterSurroundings {
  /** Told every sample of the series. */
  readonly onScore?: Observations['onScore'] | undefined;
  /** Raises `minScore` to what the camera's own noise asks for. */
  readonly calibration?: Calibration;
}

/** What can be left out or replaced, to see what it is worth. */
export interface Mechanisms {
  /** What sets one face's own zero. */
  readonly noiseOf: () => Noise;
  /** Whether the face must look as it did at the onset when it is over. */
  readonly comesBack: boolean;
}

/**
 * Micro-expression spotting by comparing a face's tokens now with those a lag ago (the comparison of arXiv 2304.03195,
 * used over time): the strongest spotting score over the lags makes a series, its peaks make events.
 *
 * A micro-expression comes and goes. So when one seems to be over, the face is compared once more with what it was at
 * its onset: if it still looks like something else, that was the beginning of an ordinary expression, and no event.
 */
export function createSpotter(
  compare: Compare,
  options: SpotOptions,
  { onScore, calibration }: SpotterSurroundings = {},
  { noiseOf, comesBack }: Mechanisms = { noiseOf: () => new FaceNoise(), comesBack: true },
) {
  const limits: PeakLimits = {
    ...options,
    get minScore() {
      return calibration?.minScore ?? options.minScore;
    },
  };
  const longestLagMs = Math.max(...options.lagsMs);
  const spanMs = options.maxDurationMs + 2 * longestLagMs + SLACK_MS;
  const tracks = new Map<number, { ring: TokenRing; peaks: PeakFinder; lastMs: number; stepMs: number }>();

  const stateOf = (trackId: number) => {
    let state = tracks.get(trackId);
    if (state === undefined) {
      state = {
        ring: new TokenRing(spanMs),
        peaks: new PeakFinder(limits, longestLagMs, (score) => calibration?.candidate(score), noiseOf()),
        lastMs: Number.NEGATIVE_INFINITY,
        stepMs: Number.POSITIVE_INFINITY,
      };
      tracks.set(trackId, state);
    }
    return state;
  };

  return {
    /** One moment per face of this frame in, the events that end with it out. */
    async push(moments: readonly Moment[]): Promise<Spotted[]> {
      const pairs: Pair[] = [];
      const lagOf: number[] = [];
      for (const moment of moments) {
        if (moment.ptsMs <= stateOf(moment.trackId).lastMs) this.forget(moment.trackId);
        const state = stateOf(moment.trackId);
        state.stepMs = moment.ptsMs - state.lastMs;
        state.lastMs = moment.ptsMs;
        const current = state.ring;
        options.lagsMs.forEach((lagMs, lag) => {
          const past = current.nearest(moment.ptsMs - lagMs, lagMs / 3);
          if (past === undefined) return;
          pairs.push({ onset: past, apex: moment });
          lagOf.push(lag);
        });
        current.push(moment);
      }
      if (pairs.length === 0) return [];

      const scores = new Map<number, (number | undefined)[]>();
      (await compare(pairs)).forEach(({ spot }, i) => {
        const { trackId } = pairs[i]!.apex;
        const byLag = scores.get(trackId) ?? options.lagsMs.map(() => undefined);
        byLag[lagOf[i]!] = spot;
        scores.set(trackId, byLag);
      });

      const spotted: Spotted[] = [];
      for (const { trackId, ptsMs } of moments) {
        const byLag = scores.get(trackId);
        const state = tracks.get(trackId);
        if (byLag === undefined || state === undefined) continue;
        const score = Math.max(...byLag.map((each) => each ?? Number.NEGATIVE_INFINITY));
        const peak = state.peaks.push(ptsMs, score, byLag);
        onScore?.({ trackId, ptsMs, score, z: state.peaks.z });
        const { spread } = state.peaks;
        if (spread !== undefined && state.stepMs <= LONGEST_STEP_MS)
          calibration?.watched(state.stepMs, spread);
        if (peak === undefined) continue;
        const onset = state.ring.nearest(peak.onsetMs, longestLagMs);
        const apex = state.ring.nearest(peak.apexMs, longestLagMs / 2);
        if (onset === undefined || apex === undefined || onset === apex) continue;
        spotted.push({ event: { trackId, ...peak }, pair: { onset, apex } });
      }
      if (!comesBack) return spotted;
      const since = await compare(
        spotted.map(({ event, pair }) => ({
          onset: pair.onset,
          apex: tracks.get(event.trackId)!.ring.latest!,
        })),
      );
      return spotted.filter((_, i) => since[i]!.spot < options.minScore);
    },

    /** A track's registration was begun anew: its tokens before are not comparable with those after. */
    restart(trackId: number): void {
      tracks.get(trackId)?.ring.clear();
      tracks.get(trackId)?.peaks.interrupt();
    },

    /** A track has ended, or its time has stepped back. */
    forget(trackId: number): void {
      tracks.get(trackId)?.ring.clear();
      tracks.delete(trackId);
    },

    /** Forget every track that is not in `alive`. */
    keepOnly(alive: ReadonlySet<number>): void {
      for (const trackId of tracks.keys()) if (!alive.has(trackId)) this.forget(trackId);
    },
  };
}
