import type { Report } from '../../agent/endpoint/report.ts';

/** A box of two cameras that does what it should, to be made worse by tests. */
export const WELL: Report = {
  health: {
    at: '2026-11-24T07:30:11.000Z',
    uptimeS: 61,
    provider: 'cpu',
    precision: 'fp32',
    memoryMb: 256,
    capture: { state: 'watching' },
    cameras: [
      { id: 'a', state: 'streaming', fps: 25, reconnects: 1, restarts: 0, poor: ['face-height'] },
      {
        id: 'b',
        state: 'streaming',
        fps: 15,
        reconnects: 0,
        restarts: 2,
        rate: { wanted: 15, lowest: 10, shedding: 'thermal' },
        poor: [],
      },
    ],
  },
  broker: { connected: true, reconnects: 3, waiting: 0, discarded: 0 },
  stuck: undefined,
  model: { name: 'micron-bert-edge', version: '0.2.0', hash: 'a'.repeat(64) },
  software: '0.1.0',
  hottestC: 60,
};

export const withCamera = (more: Partial<Report['health']['cameras'][number]>): Report => ({
  ...WELL,
  health: { ...WELL.health, cameras: [{ ...WELL.health.cameras[0]!, ...more }] },
});
