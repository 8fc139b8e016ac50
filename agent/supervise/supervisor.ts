import { setTimeout as wait } from 'node:timers/promises';
import { currentLoad } from 'systeminformation';
import type { Ledger } from '../aggregate/ledger.ts';
import { release } from '../aggregate/release.ts';
import { WindowCounts } from '../aggregate/window.ts';
import type { Assignment } from '../camera/messages.ts';
import type { CameraConfig, Config } from '../config/schema.ts';
import { readCredentials } from '../config/secrets.ts';
import { headCounts } from '../config/zones.ts';
import { isOpen } from '../governance/schedule.ts';
import type { Publisher } from '../publish/publisher.ts';
import { CameraProcess } from './camera-process.ts';

/** A line of the log, told apart by level. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const TICK_MS = 1_000;
/** Slots of the last second are still on their way when a window ends. */
const GRACE_MS = 1_500;

/** What a camera process is told; the credentials are read each time, so that a changed password needs no restart. */
export async function assignmentFor(camera: CameraConfig, config: Config): Promise<Assignment> {
  const { inference, detector, quality, aggregation } = config;
  return {
    type: 'start',
    camera,
    config: { inference, detector, quality, aggregation },
    ...(camera.credentialsFile === undefined
      ? {}
      : { credentials: await readCredentials(camera.credentialsFile) }),
  };
}

/** Runs the cameras, closes the windows, releases and publishes, until `signal`. */
export async function supervise(
  config: Config,
  publisher: Publisher,
  ledger: Ledger,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const declared = headCounts(config);
  const windows = new WindowCounts(
    [...declared.keys()],
    config.aggregation.windowS * 1000,
    GRACE_MS,
    Date.now(),
  );
  const cameras = config.cameras.map((camera) => ({
    id: camera.id,
    process: new CameraProcess(() => assignmentFor(camera, config), {
      onSlots: (slots) => {
        // A process may speak for the zones of its own camera only.
        for (const slot of slots) if (camera.zones.some(({ id }) => id === slot.zoneId)) windows.add(slot);
      },
      onChange: ({ state, code }) =>
        (code === undefined ? log.info : log.warn).call(log, { camera: camera.id, state, code }, 'camera'),
      onFailure: ({ code, message, remedy }) => log.error({ camera: camera.id, code, remedy }, message),
    }),
  }));

  const startedMs = performance.now();
  let healthDueMs = 0;
  let open: boolean | undefined;

  const tick = async () => {
    const now = new Date();
    const isOpenNow = isOpen(config.schedule, now);
    if (isOpenNow !== open) {
      open = isOpenNow;
      log.info(
        { open },
        open ? 'open: cameras are being connected' : 'closed by schedule: no camera is connected',
      );
      if (open) for (const { process } of cameras) process.start();
      else await Promise.all(cameras.map(({ process }) => process.stop()));
    }
    for (const closed of windows.close(now.getTime())) {
      const headCount = declared.get(closed.zoneId)!;
      publisher.signal(await release(closed, headCount, config.aggregation, ledger, now.getTime()));
    }
    if (performance.now() >= healthDueMs) {
      healthDueMs = performance.now() + config.health.intervalS * 1000;
      const states = cameras.map(({ id, process }) => ({ id, ...process.health }));
      const provider = states.find((state) => state.provider !== undefined)?.provider;
      const { currentLoad: load } = await currentLoad();
      publisher.health({
        at: now.toISOString(),
        uptimeS: Math.floor((performance.now() - startedMs) / 1000),
        ...(provider === undefined ? {} : { provider }),
        memoryMb: Math.round(process.memoryUsage.rss() / 1_048_576),
        cpuPercent: Math.round(Math.max(0, Math.min(100, load)) * 10) / 10,
        cameras: states.map(({ provider: _, ...state }) => state),
      });
    }
  };

  try {
    while (!signal.aborted) {
      await tick();
      await wait(TICK_MS, undefined, { signal }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error;
      });
    }
  } finally {
    await Promise.all(cameras.map(({ process }) => process.stop()));
  }
}
