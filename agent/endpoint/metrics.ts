import { Gauge, Registry } from 'prom-client';
import type { Report } from './report.ts';
import { unready } from './report.ts';

const PREFIX = 'micron_edge_';

/**
 * The report in the text format of Prometheus. prom-client's default metrics are not collected: processor time, handles
 * and the delay of the event loop all grow with every face.
 */
export async function metricsOf(report: Report): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const gauge = (
    name: string,
    help: string,
    values: readonly (readonly [Readonly<Record<string, string>>, number])[],
  ) => {
    const labelNames = [...new Set(values.flatMap(([labels]) => Object.keys(labels)))];
    const metric = new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers: [registry] });
    for (const [labels, value] of values) metric.set({ ...labels }, value);
  };
  const { health, broker, model, hottestC } = report;
  gauge('info', 'Always 1; what runs.', [
    [
      {
        version: report.software,
        provider: health.provider ?? 'none',
        precision: health.precision ?? 'none',
        model: model.name,
        model_version: model.version,
        model_sha256: model.hash,
      },
      1,
    ],
  ]);
  gauge('ready', '1 while it does what it is configured to do.', [
    [{}, unready(report).length === 0 ? 1 : 0],
  ]);
  gauge('uptime_seconds', 'Since the start of the daemon.', [[{}, health.uptimeS]]);
  gauge('memory_bytes', 'Of the supervisor, rounded up to 256 MiB.', [[{}, health.memoryMb * 1_048_576]]);
  if (hottestC !== undefined)
    gauge('temperature_celsius', 'Hottest sensor in the last hour, rounded up to 20.', [[{}, hottestC]]);
  gauge('capture', '1 for the state that capture is in.', [[{ state: health.capture.state }, 1]]);
  gauge('broker_connected', '1 while there is a session.', [[{}, broker.connected ? 1 : 0]]);
  gauge('broker_reconnects', 'Sessions after the first.', [[{}, broker.reconnects]]);
  gauge('signals_waiting', 'Released signals that the broker has not taken.', [[{}, broker.waiting]]);
  gauge('signals_discarded', 'Signals that were given up.', [[{}, broker.discarded]]);
  if (broker.trouble !== undefined)
    gauge('broker_trouble', '1 for what is wrong with it.', [[{ code: broker.trouble }, 1]]);
  const { cameras } = health;
  gauge(
    'camera_state',
    '1 for the state that a camera is in, with its reason code.',
    cameras.map(({ id, state, code }) => [{ camera: id, state, code: code ?? '' }, 1]),
  );
  gauge(
    'camera_fps',
    'Sent by the camera, to the nearest 5.',
    cameras.map(({ id, fps }) => [{ camera: id }, fps]),
  );
  gauge(
    'camera_reconnects',
    'Connections after the first.',
    cameras.map(({ id, reconnects }) => [{ camera: id }, reconnects]),
  );
  gauge(
    'camera_restarts',
    'Of its process.',
    cameras.map(({ id, restarts }) => [{ camera: id }, restarts]),
  );
  const rates = cameras.flatMap(({ id, rate }) => (rate === undefined ? [] : [{ id, ...rate }]));
  gauge(
    'camera_lowest_fps',
    'Least that was looked at over a minute in the 24 hours until the last full hour (UTC), to the nearest 5.',
    rates.map(({ id, lowest }) => [{ camera: id }, lowest]),
  );
  gauge(
    'camera_shedding',
    '1 for the reason why that was less than came.',
    rates.flatMap(({ id, shedding }) =>
      shedding === undefined ? [] : [[{ camera: id, reason: shedding }, 1] as const],
    ),
  );
  gauge(
    'camera_poor',
    '1 for what kept more than half of the face time of yesterday (UTC) from counting.',
    cameras.flatMap(({ id, poor }) => poor.map((reason) => [{ camera: id, reason }, 1] as const)),
  );
  return { type: registry.contentType, text: await registry.metrics() };
}
