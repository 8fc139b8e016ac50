// How a message becomes a point in InfluxDB: telegraf.conf is written from it, and the test makes its points by it.
// A field that a message does not have is left out. Labels and regions: agent/domain/signal.ts
const optional = true;
const counts = (path, names, prefix = '') =>
  names.map((name) => ({ path: `${path}.${name}`, name: prefix + name, type: 'int', optional }));

export const MEASUREMENTS = [
  {
    name: 'micron_edge_signal',
    topic: 'zone/+/signal',
    // A window that comes again has the same time and tags, and so replaces itself.
    time: 'window.end',
    tags: ['node', 'zone'],
    fields: [
      { path: 'state', name: 'state', type: 'string' },
      { path: 'reason', name: 'reason', type: 'string', optional },
      { path: 'headCount', name: 'headCount', type: 'int' },
      { path: 'slotSeconds', name: 'slotSeconds', type: 'float' },
      { path: 'model.evidence', name: 'evidence', type: 'string' },
      { path: 'model.version', name: 'modelVersion', type: 'string' },
      ...counts('slots', ['none', 'negative', 'positive', 'surprise']),
      { path: 'noise.interval95', name: 'interval95', type: 'int', optional },
      ...counts('regions.slots', ['brows', 'eyes', 'nose', 'cheeks', 'mouth', 'chin'], 'region_'),
      { path: 'regions.noise.interval95', name: 'region_interval95', type: 'int', optional },
    ],
  },
  {
    name: 'micron_edge_gap',
    topic: 'zone/+/gap',
    // One that has grown mostly begins where it began, and so replaces itself.
    time: 'from',
    tags: ['node', 'zone', 'reason'],
    fields: [
      { path: 'to', name: 'to', type: 'string' },
      { path: 'count', name: 'count', type: 'int' },
    ],
  },
  {
    name: 'micron_edge_health',
    topic: 'health',
    time: 'at',
    tags: ['node'],
    fields: [
      { path: 'capture.state', name: 'capture', type: 'string' },
      { path: 'uptimeS', name: 'uptimeS', type: 'int' },
      { path: 'memoryMb', name: 'memoryMb', type: 'int' },
      { path: 'broker.waiting', name: 'waiting', type: 'int' },
    ],
  },
  {
    name: 'micron_edge_camera',
    topic: 'health',
    time: 'at',
    tags: ['node'],
    each: 'cameras',
    eachTag: 'id',
    fields: [
      { path: 'state', name: 'state', type: 'string' },
      { path: 'fps', name: 'fps', type: 'int' },
      { path: 'rate.wanted', name: 'rate_wanted', type: 'int', optional },
      { path: 'rate.lowest', name: 'rate_lowest', type: 'int', optional },
      { path: 'rate.shedding', name: 'rate_shedding', type: 'string', optional },
    ],
  },
];
