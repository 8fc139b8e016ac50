import t from 'tap';
import { metricsOf } from '../../agent/endpoint/metrics.ts';
import { type Report, unready } from '../../agent/endpoint/report.ts';
import { WELL, withCamera } from './report.ts';

const capture = (state: Report['health']['capture']): Report => ({
  ...withCamera({ state: 'paused', fps: 0 }),
  health: { ...withCamera({ state: 'paused', fps: 0 }).health, capture: state },
});

t.test('ready, or why not', async (t) => {
  const cases: [string, Report, string[]][] = [
    ['all well', WELL, []],
    ['paused, as somebody wanted', capture({ state: 'paused', by: 'mqtt', since: WELL.health.at }), []],
    ['closed, as the schedule says', capture({ state: 'closed' }), []],
    ['refused', capture({ state: 'refused', reasons: ['dpia-expired'] }), ['refused:dpia-expired']],
    ['a camera is away', withCamera({ state: 'waiting', code: 'unreachable' }), ['camera:a:unreachable']],
    ['a camera begins', withCamera({ state: 'connecting' }), ['camera:a:connecting']],
    ['a camera that streams badly', withCamera({ code: 'detector-unsure' }), ['camera:a:detector-unsure']],
    ['no progress', { ...WELL, stuck: 'releases' }, ['stuck:releases']],
    [
      'no broker',
      { ...WELL, broker: { ...WELL.broker, connected: false, trouble: 'broker-certificate' } },
      ['broker:broker-certificate'],
    ],
    ['no broker yet', { ...WELL, broker: { ...WELL.broker, connected: false } }, ['broker:connecting']],
  ];
  for (const [name, report, reasons] of cases) t.same(unready(report), reasons, name);
});

t.test(
  'the metrics, all of them: what is added must be argued for in agent/endpoint/README.md',
  async (t) => {
    const { text, type } = await metricsOf({
      ...WELL,
      broker: { ...WELL.broker, connected: false, trouble: 'broker-unreachable' },
    });
    t.match(type, /^text\/plain; version=0\.0\.4/);
    const names = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name).sort();
    t.same(names, [
      'micron_edge_broker_connected',
      'micron_edge_broker_reconnects',
      'micron_edge_broker_trouble',
      'micron_edge_camera_fps',
      'micron_edge_camera_lowest_fps',
      'micron_edge_camera_poor',
      'micron_edge_camera_reconnects',
      'micron_edge_camera_restarts',
      'micron_edge_camera_shedding',
      'micron_edge_camera_state',
      'micron_edge_capture',
      'micron_edge_info',
      'micron_edge_memory_bytes',
      'micron_edge_ready',
      'micron_edge_signals_discarded',
      'micron_edge_signals_waiting',
      'micron_edge_temperature_celsius',
      'micron_edge_uptime_seconds',
    ]);
    for (const line of [
      'micron_edge_camera_fps{camera="a"} 25',
      'micron_edge_camera_state{camera="b",state="streaming",code=""} 1',
      'micron_edge_camera_poor{camera="a",reason="face-height"} 1',
      'micron_edge_camera_lowest_fps{camera="b"} 10',
      'micron_edge_camera_shedding{camera="b",reason="thermal"} 1',
      'micron_edge_broker_trouble{code="broker-unreachable"} 1',
      'micron_edge_memory_bytes 268435456',
      'micron_edge_ready 0',
      `micron_edge_info{version="0.1.0",provider="cpu",precision="fp32",model="micron-bert-edge",model_version="0.2.0",model_sha256="${'a'.repeat(64)}"} 1`,
    ])
      t.ok(text.split('\n').includes(line), line);
  },
);
