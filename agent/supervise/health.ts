import type { Standing } from '../governance/standing.ts';
import type { Capture as CaptureMessage, Health } from '../publish/messages.ts';
import type { CameraProcess } from './camera-process.ts';
import type { Rate } from './rate-day.ts';

/** Where capture stands, as status and health tell it. */
export function captureMessage(standing: Standing): CaptureMessage {
  switch (standing.state) {
    case 'paused': {
      const { by, sinceMs } = standing.pause;
      return { state: 'paused', by, since: new Date(sinceMs).toISOString() };
    }
    case 'refused':
      return { state: 'refused', reasons: [...standing.reasons] };
    default:
      return { state: standing.state };
  }
}

/** Coarse enough to stay the same whoever stands before the cameras. */
const FPS_STEP = 5;
const MEMORY_STEP_MB = 256;

const toStep = (fps: number) => Math.round(fps / FPS_STEP) * FPS_STEP;
const told = ({ wantedFps, lowestFps, shedding }: Rate) => ({
  wanted: toStep(wantedFps),
  lowest: toStep(lowestFps),
  // A step lost is worth a reason; less is nothing that anybody should learn of.
  ...(shedding !== undefined && toStep(lowestFps) < toStep(wantedFps) ? { shedding } : {}),
});

/**
 * All that health says, but for the state of the connection over which it goes. Nothing in it may follow the number of
 * faces: load, latency and frames left out grow with every one of them, so none of these is told.
 */
export function healthOf(
  cameras: readonly { readonly id: string; readonly process: Pick<CameraProcess, 'health'> }[],
  standing: Standing,
  at: Date,
  uptimeS: number,
): Omit<Health, 'schema' | 'node' | 'broker'> {
  const states = cameras.map(({ id, process }) => ({ id, ...process.health }));
  const running = states.find((state) => state.provider !== undefined);
  const memoryMb = process.memoryUsage.rss() / 1_048_576;
  return {
    at: new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString(),
    uptimeS: Math.floor(uptimeS),
    ...(running?.provider === undefined ? {} : { provider: running.provider }),
    ...(running?.precision === undefined ? {} : { precision: running.precision }),
    memoryMb: Math.ceil(memoryMb / MEMORY_STEP_MB) * MEMORY_STEP_MB,
    capture: captureMessage(standing),
    cameras: states.map(({ id, state, code, fps, reconnects, restarts, spotting, rate, poor }) => ({
      id,
      state,
      ...(code === undefined ? {} : { code }),
      fps: toStep(fps),
      reconnects,
      restarts,
      ...(spotting === undefined ? {} : { spotting }),
      ...(rate === undefined ? {} : { rate: told(rate) }),
      poor: [...poor],
    })),
  };
}

/** What `systemctl status` shows. */
export function inOneLine({ capture, cameras }: Pick<Health, 'capture' | 'cameras'>): string {
  if (capture.state !== 'watching') return capture.state;
  const streaming = cameras.filter(({ state }) => state === 'streaming').length;
  return `watching, ${streaming} of ${cameras.length} cameras streaming`;
}
