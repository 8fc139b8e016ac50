import { frames } from '../decode/source.ts';
import { OperatorError } from '../domain/errors.ts';
import { watch } from '../pipeline.ts';
import type { Assignment, CameraHealth, FromCamera } from './messages.ts';
import { buildStages } from './stages.ts';

/** How often health goes up; the supervisor takes silence for death. */
const HEALTH_MS = 1_000;

const send = (message: FromCamera): void => {
  if (process.connected) process.send!(message);
};

/** One camera, from its address to slots, until the supervisor says stop or goes away. */
async function work(assignment: Assignment, signal: AbortSignal): Promise<void> {
  const { camera, credentials } = assignment;
  const health = {
    state: 'starting' as CameraHealth['state'],
    code: undefined as string | undefined,
    frames: 0,
    dropped: 0,
    reconnects: 0,
    latencyMs: 0,
  };
  const built = await buildStages(assignment, () => Date.now());
  const report = () => {
    const { code, latencyMs, ...rest } = health;
    send({
      type: 'health',
      ...rest,
      ...(code === undefined ? {} : { code }),
      provider: built.provider,
      fps: health.state === 'streaming' ? Math.round(built.fps() * 10) / 10 : 0,
      latencyMs: Math.round(latencyMs * 10) / 10,
      redactedWhole: built.redactedWhole(),
      belowQuality: { ...built.belowQuality },
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
      stallMs: camera.stallMs,
      reconnect: camera.reconnect,
      realTime: true,
    },
    {
      onState(state, code) {
        if (state === 'waiting') health.reconnects++;
        health.state = state === 'waiting' && code === 'stalled' ? 'stalled' : state;
        // While it connects again, the reason of the last failure is still what an operator wants to know.
        if (state !== 'connecting') health.code = code;
        report();
      },
      onDrop: () => health.dropped++,
    },
    signal,
  );
  async function* measured() {
    for await (const delivery of source) {
      health.frames++;
      yield delivery;
      const tookMs = performance.now() - delivery.frame.arrivedMs;
      health.latencyMs += 0.1 * (tookMs - health.latencyMs);
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

const ended = new AbortController();
process.on('disconnect', () => process.exit(0));
// The supervisor decides when a camera ends, also when a terminal signals the whole group.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('message', (message: Assignment | { readonly type: 'stop' }) => {
  if (message.type === 'stop') {
    ended.abort();
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
