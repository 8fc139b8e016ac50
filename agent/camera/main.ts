import { frames } from '../decode/source.ts';
import { OperatorError } from '../domain/errors.ts';
import { Runs } from '../inference/runs.ts';
import { LoadMeter } from '../pace/load.ts';
import { Pace } from '../pace/pace.ts';
import { watch } from '../pipeline.ts';
import { Arrivals } from '../quality/arrivals.ts';
import { lookOut } from './lookout.ts';
import { type Assignment, type CameraHealth, type FromCamera, type ToCamera, toCamera } from './messages.ts';
import { Onlooker } from './onlooker.ts';
import { buildStages } from './stages.ts';

/** How often health goes up; the supervisor takes silence for death. */
const HEALTH_MS = 1_000;
/** Faces found later than this are not where they were. */
const DETECTOR_PATIENCE_MS = 1_000;

const send = (message: FromCamera): void => {
  if (process.connected) process.send!(message);
};

/** One camera, from its address to slots, until the supervisor says stop or goes away. */
async function work(assignment: Assignment, signal: AbortSignal): Promise<void> {
  const { camera, credentials } = assignment;
  const health = {
    state: 'starting' as CameraHealth['state'],
    code: undefined as string | undefined,
    reconnects: 0,
  };
  const arrivals = new Arrivals();
  const load = new LoadMeter(() => performance.eventLoopUtilization());
  const runs = new Runs();
  lookOut(runs);
  const built = await buildStages(assignment, {
    wallClock: () => Date.now(),
    arrival: ({ arrivedMs }) => arrivedMs,
    patienceMs: DETECTOR_PATIENCE_MS,
    runs,
    show: (frame, notes) => onlooker.show(frame, notes),
    calibration: {
      known: assignment.knownMinScore,
      onDone: (minScore) => send({ type: 'calibration', thresholdTenths: Math.round(minScore * 10) }),
    },
  });
  let unsure = false;
  const report = () => {
    const { state, reconnects } = health;
    const { seen, redactedWhole } = built.frames();
    if (seen > 0) unsure = redactedWhole > seen / 2;
    const code =
      (state === 'streaming' ? (built.viewFault() ?? (unsure ? 'detector-unsure' : undefined)) : undefined) ??
      health.code;
    send({
      type: 'health',
      state,
      ...(code === undefined ? {} : { code }),
      provider: built.provider,
      precision: built.precision,
      fps: state === 'streaming' ? arrivals.perSecond() : 0,
      reconnects,
      load: load.since(),
      ...(built.calibrationState() === undefined ? {} : { spotting: built.calibrationState()! }),
      faceFrames: built.faceFrames(),
    });
  };
  const timer = setInterval(report, HEALTH_MS);

  const source = frames(
    {
      url: camera.url,
      ...(credentials === undefined ? {} : { credentials }),
      transport: camera.transport,
      decoder: camera.decoder,
      ...camera.analysis,
      rotate: camera.rotate,
      stallMs: camera.stallMs,
      reconnect: camera.reconnect,
      realTime: true,
    },
    {
      onState(state, code) {
        if (state === 'waiting') health.reconnects++;
        if (state === 'connecting') {
          arrivals.forget();
          load.forget();
        }
        health.state = state === 'waiting' && code === 'stalled' ? 'stalled' : state;
        // While it connects again, the reason of the last failure is still what an operator wants to know.
        if (state !== 'connecting') health.code = code;
        report();
      },
      onDrop() {
        arrivals.note(performance.now());
        load.dropped();
      },
    },
    signal,
  );
  async function* measured() {
    for await (const delivery of source) {
      const { ptsMs, arrivedMs } = delivery.frame;
      const startedMs = performance.now();
      arrivals.note(startedMs);
      load.taken(ptsMs, arrivedMs);
      if (!pace.takes(ptsMs)) {
        delivery.release();
        continue;
      }
      yield delivery;
      load.looked(performance.now() - startedMs);
    }
  }
  try {
    for await (const slots of watch(measured(), built.stages))
      if (slots.length > 0) send({ type: 'slots', slots });
  } finally {
    clearInterval(timer);
    report();
  }
}

const onlooker = new Onlooker();
const pace = new Pace();
const ended = new AbortController();
process.on('disconnect', () => {
  // Ends the decoder, which may be waiting for a camera and would not notice.
  ended.abort();
  process.exit(0);
});
// The supervisor decides when a camera ends, also when a terminal signals the whole group.
// SIGUSR1 would open Node.js' inspector, with pictures in reach of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const) process.on(signal, () => {});
process.on('message', (message: ToCamera) => {
  if (message.type !== 'start') {
    const told = toCamera.parse(message);
    if (told.type === 'stop') ended.abort();
    else if (told.type === 'rate') pace.grant(told.fps);
    else onlooker.told(told);
    return;
  }
  work(message, ended.signal).then(
    () => (ended.signal.aborted ? process.exit(0) : undefined),
    (error: unknown) => {
      const known = error instanceof OperatorError;
      send({
        type: 'failed',
        fault: known ? error.fault : 'failed',
        code: known ? error.code : 'defect',
        // An unknown error may hold anything; only its kind goes up.
        message: (known
          ? error.message
          : `unexpected ${error instanceof Error ? error.name : 'error'}`
        ).slice(0, 500),
        ...(known && error.remedy !== undefined ? { remedy: error.remedy.slice(0, 500) } : {}),
      });
      setTimeout(() => process.exit(1), 100);
    },
  );
});
