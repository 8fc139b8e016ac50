// The dashboard as Grafana's own JSON model: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
const datasource = { type: 'influxdb', uid: 'micron-edge' };
// Okabe and Ito's palette, which people with any kind of colour vision can tell apart.
const REGIONS = ['brows', 'eyes', 'nose', 'cheeks', 'mouth', 'chin'];
const COLOURS = { negative: '#d55e00', positive: '#0072b2', surprise: '#009e73' };
const WHERE = 'WHERE ("node" =~ /^$node$/ AND "zone" =~ /^$zone$/) AND $timeFilter';

const target = (query, refId = 'A', resultFormat = 'time_series', alias = '$col') => ({
  datasource,
  refId,
  query,
  rawQuery: true,
  resultFormat,
  alias,
});
const at = (x, y, w, h) => ({ x, y, w, h });
const fixed = (fixedColor) => ({ mode: 'fixed', fixedColor });
const byName = (name, properties) => ({
  matcher: { id: 'byName', options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
});
const mapping = (options) => [
  {
    type: 'value',
    options: Object.fromEntries(
      Object.entries(options).map(([value, [text, color]], index) => [value, { text, color, index }]),
    ),
  },
];

/** Of a panel that shows states over time. */
const TIMELINE = {
  mergeValues: true,
  showValue: 'auto',
  rowHeight: 0.9,
  legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
  tooltip: { mode: 'single', sort: 'none' },
};

let id = 0;
const panel = (type, title, gridPos, rest) => ({ id: ++id, type, title, gridPos, datasource, ...rest });

/** One expression: the count as a step over its window, the band of its noise behind it; gaps where it was withheld. */
const expression = (label, x) =>
  panel('timeseries', label, at(x, 6, 8, 8), {
    description:
      'Released slots per window. Band: with 95 % probability the true count is in it. Counts carry noise and may be negative. Gaps: withheld.',
    targets: [
      target(
        `SELECT "${label}" AS "count", "${label}" - "interval95" AS "low", "${label}" + "interval95" AS "high", "headCount" AS "people" FROM "micron_edge_signal" ${WHERE}`,
      ),
    ],
    fieldConfig: {
      defaults: {
        color: fixed(COLOURS[label]),
        unit: 'none',
        decimals: 0,
        custom: {
          drawStyle: 'line',
          // A point is at the end of its window.
          lineInterpolation: 'stepBefore',
          lineWidth: 2,
          showPoints: 'never',
          spanNulls: false,
          axisLabel: 'slots',
        },
      },
      overrides: [
        byName('low', {
          'custom.lineWidth': 0,
          'custom.hideFrom': { legend: true, tooltip: false, viz: false },
        }),
        byName('high', {
          'custom.lineWidth': 0,
          'custom.fillBelowTo': 'low',
          'custom.fillOpacity': 25,
          'custom.hideFrom': { legend: true, tooltip: false, viz: false },
        }),
        // There for its rows alone: a withheld window has it and no count, which makes the gap.
        byName('people', { 'custom.hideFrom': { legend: true, tooltip: true, viz: true } }),
      ],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  });

const variable = (name, label, query, multi) => ({
  name,
  label,
  type: 'query',
  datasource,
  query,
  refresh: 2,
  sort: 1,
  multi,
  includeAll: multi,
  options: [],
});

const panels = [
  panel('stat', 'What the model has been shown to work on', at(0, 0, 12, 5), {
    targets: [target(`SELECT last("evidence") AS "evidence" FROM "micron_edge_signal" ${WHERE}`)],
    fieldConfig: {
      defaults: {
        mappings: mapping({
          none: ['nothing: do not decide anything by these numbers', 'red'],
          synthetic: ['synthetic faces only: do not decide anything by these numbers', 'orange'],
          real: ['real people, see its model card', 'green'],
        }),
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '/.*/', values: false },
      colorMode: 'background',
      graphMode: 'none',
      textMode: 'value',
      justifyMode: 'center',
    },
  }),
  panel('state-timeline', 'Capture', at(12, 0, 12, 5), {
    targets: [
      target(
        'SELECT "capture" FROM "micron_edge_health" WHERE ("node" =~ /^$node$/) AND $timeFilter GROUP BY "node"',
        'A',
        'time_series',
        '$tag_node',
      ),
    ],
    fieldConfig: {
      defaults: {
        custom: { fillOpacity: 80, lineWidth: 0 },
        mappings: mapping({
          watching: ['watching', 'green'],
          paused: ['paused', 'yellow'],
          closed: ['closed', 'blue'],
          refused: ['refused', 'red'],
        }),
      },
      overrides: [],
    },
    options: TIMELINE,
  }),
  {
    id: ++id,
    type: 'row',
    title: '$zone',
    repeat: 'zone',
    collapsed: false,
    gridPos: at(0, 5, 24, 1),
    panels: [],
  },
  expression('negative', 0),
  expression('positive', 8),
  expression('surprise', 16),
  panel('state-timeline', 'Windows of $zone', at(0, 14, 12, 5), {
    description: 'Each entry begins at the end of its window.',
    targets: [target(`SELECT "state", "reason" FROM "micron_edge_signal" ${WHERE}`)],
    fieldConfig: {
      defaults: {
        custom: { fillOpacity: 80, lineWidth: 0 },
        mappings: mapping({
          released: ['released', 'green'],
          withheld: ['withheld', 'yellow'],
          headcount: ['too few people work here', 'purple'],
          capture: ['no camera was connected', 'blue'],
          budget: ["the day's privacy budget is spent", 'orange'],
          total: ['too little was seen', 'yellow'],
          ledger: ['it could not be recorded', 'red'],
        }),
      },
      overrides: [],
    },
    options: TIMELINE,
  }),
  panel('timeseries', 'Slots per window, $zone', at(12, 14, 12, 5), {
    description: 'All slots, with and without an event: how much qualifying face time there was.',
    targets: [
      target(
        `SELECT "none" + "negative" + "positive" + "surprise" AS "slots", "headCount" AS "people" FROM "micron_edge_signal" ${WHERE}`,
      ),
    ],
    fieldConfig: {
      defaults: {
        color: fixed('#666666'),
        custom: {
          drawStyle: 'line',
          lineInterpolation: 'stepBefore',
          lineWidth: 1,
          fillOpacity: 15,
          showPoints: 'never',
          spanNulls: false,
        },
      },
      overrides: [byName('people', { 'custom.hideFrom': { legend: true, tooltip: true, viz: true } })],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  }),
  panel('table', 'Never delivered, $zone', at(0, 19, 12, 6), {
    description:
      'Windows of this zone that the box gave up before the broker had them. No number says what was in them; what is between those two times and is shown above did come.',
    targets: [
      target(`SELECT "to", "count" AS "windows", "reason" FROM "micron_edge_gap" ${WHERE}`, 'A', 'table'),
    ],
    fieldConfig: {
      defaults: { noValue: 'Everything has come.' },
      overrides: [
        byName('Time', { displayName: 'from' }),
        byName('to', { unit: 'dateTimeAsIso' }),
        byName('reason', {
          mappings: mapping({
            size: ['broker away: more were waiting than may wait', 'red'],
            age: ['broker away for too long', 'orange'],
            refused: ['refused by the broker', 'red'],
          }),
        }),
      ],
    },
    options: { showHeader: true },
  }),
  panel('bargauge', 'Where on the face, $zone', at(12, 19, 12, 6), {
    description:
      'Slots with an event by where on the face most of it was, summed over the time that is shown. Each sum is right within the last bar, with 95 % probability (noises of several windows add up by squares). Empty where aggregation.regions is off.',
    targets: [
      target(
        `SELECT ${REGIONS.map((name) => `sum("region_${name}") AS "${name}"`).join(', ')} FROM "micron_edge_signal" ${WHERE}`,
      ),
      target(
        `SELECT sqrt(sum("square")) AS "right within" FROM (SELECT "region_interval95" * "region_interval95" AS "square" FROM "micron_edge_signal" ${WHERE})`,
        'B',
      ),
    ],
    fieldConfig: {
      defaults: { color: fixed('#0072b2'), decimals: 0, min: 0, noValue: 'Regions are off.' },
      overrides: [byName('right within', { color: fixed('#888888') })],
    },
    options: {
      displayMode: 'basic',
      orientation: 'horizontal',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      showUnfilled: true,
      valueMode: 'color',
      namePlacement: 'left',
      sizing: 'auto',
      minVizHeight: 16,
      minVizWidth: 8,
      maxVizHeight: 300,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
    },
  }),
  {
    id: ++id,
    type: 'row',
    title: 'Cameras',
    collapsed: false,
    gridPos: at(0, 25, 24, 1),
    panels: [],
  },
  panel('timeseries', 'Pictures looked at a second', at(0, 32, 12, 6), {
    description:
      'Of the 24 hours until the last full hour (UTC): how many pictures a second each camera sent, and how many were looked at in the worst minute, to the nearest 5. Where the two part, the box was too slow or too hot (beside this). On the box itself: camera_lowest_fps.',
    targets: [
      target(
        'SELECT "rate_lowest" AS "looked at", "rate_wanted" AS "sent" FROM "micron_edge_camera" WHERE ("node" =~ /^$node$/) AND $timeFilter GROUP BY "node", "id"',
        'A',
        'time_series',
        '$tag_node $tag_id $col',
      ),
    ],
    fieldConfig: {
      defaults: {
        unit: 'none',
        decimals: 0,
        min: 0,
        custom: {
          drawStyle: 'line',
          lineInterpolation: 'stepAfter',
          lineWidth: 2,
          showPoints: 'never',
          spanNulls: true,
        },
      },
      overrides: [
        {
          matcher: { id: 'byRegexp', options: '/ sent$/' },
          properties: [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } }],
        },
      ],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  }),
  panel('state-timeline', 'Why fewer were looked at than came', at(12, 32, 12, 6), {
    description:
      'Of the same 24 hours. Nothing here: all that came was looked at. On the box itself: camera_shedding.',
    targets: [
      target(
        'SELECT "rate_shedding" AS "shedding" FROM "micron_edge_camera" WHERE ("node" =~ /^$node$/) AND $timeFilter GROUP BY "node", "id"',
        'A',
        'time_series',
        '$tag_node $tag_id',
      ),
    ],
    fieldConfig: {
      defaults: {
        custom: { fillOpacity: 80, lineWidth: 0 },
        noValue: 'All that came was looked at.',
        mappings: mapping({ overload: ['too slow', 'orange'], thermal: ['too hot', 'red'] }),
      },
      overrides: [],
    },
    options: TIMELINE,
  }),
  panel('state-timeline', 'State of cameras', at(0, 26, 24, 6), {
    targets: [
      target(
        'SELECT "state" FROM "micron_edge_camera" WHERE ("node" =~ /^$node$/) AND $timeFilter GROUP BY "node", "id"',
        'A',
        'time_series',
        '$tag_node $tag_id',
      ),
    ],
    fieldConfig: {
      defaults: {
        custom: { fillOpacity: 80, lineWidth: 0 },
        mappings: mapping({
          streaming: ['streaming', 'green'],
          starting: ['starting', 'blue'],
          connecting: ['connecting', 'blue'],
          paused: ['paused', 'yellow'],
          stalled: ['stalled', 'orange'],
          waiting: ['waiting', 'orange'],
          ended: ['ended', 'orange'],
          failed: ['failed', 'red'],
        }),
      },
      overrides: [],
    },
    options: TIMELINE,
  }),
];

export const dashboard = {
  uid: 'micron-edge',
  title: 'Micro-expressions by zone',
  description:
    'Anonymous aggregates of micron-edge with the noise that protects people. Made by deploy/grafana/build.mjs.',
  tags: ['micron-edge'],
  schemaVersion: 41,
  version: 1,
  editable: true,
  graphTooltip: 1,
  timezone: 'browser',
  refresh: '1m',
  time: { from: 'now-24h', to: 'now' },
  templating: {
    list: [
      variable('node', 'Box', 'SHOW TAG VALUES FROM "micron_edge_signal" WITH KEY = "node"', false),
      variable(
        'zone',
        'Zone',
        'SHOW TAG VALUES FROM "micron_edge_signal" WITH KEY = "zone" WHERE "node" =~ /^$node$/',
        true,
      ),
    ],
  },
  annotations: { list: [] },
  links: [],
  panels,
};
