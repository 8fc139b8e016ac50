#!/usr/bin/env node
// Puts flow.json together from its parts, so that each can be read and reviewed as what it is:
//   node deploy/node-red/build.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const part = (name) => readFileSync(new URL(`parts/${name}`, import.meta.url), 'utf8');
const tab = 'me-tab';
const node = (id, type, rest) => ({ id: `me-${id}`, type, ...rest });
const onTab = (id, type, x, y, rest) => node(id, type, { z: tab, x, y, ...rest });

const group = (id, name, order, width) =>
  node(id, 'ui-group', {
    name,
    page: 'me-page',
    width: String(width),
    height: '1',
    order,
    showTitle: true,
    className: '',
    visible: 'true',
    disabled: 'false',
    groupType: 'default',
  });
const card = (id, y, name, file, wires) =>
  onTab(id, 'ui-template', 760, y, {
    group: `me-group-${id}`,
    page: '',
    ui: '',
    name,
    order: 1,
    width: '0',
    height: '0',
    head: '',
    format: part(file),
    storeOutMessages: true,
    passthru: false,
    resendOnRefresh: true,
    templateScope: 'local',
    className: '',
    wires: [wires],
  });
const code = (id, x, y, name, file, outputs, wires) =>
  onTab(id, 'function', x, y, {
    name,
    func: part(file),
    outputs,
    timeout: 0,
    noerr: 0,
    initialize: '',
    finalize: '',
    libs: [],
    wires,
  });

const flow = [
  {
    id: tab,
    type: 'tab',
    label: 'micron-edge',
    disabled: false,
    info: 'Signals per zone with their 95 % band, health, pause. Set the base topic in the properties of this tab, and the broker in its configuration node.',
    env: [{ name: 'MICRON_EDGE_BASE_TOPIC', value: 'acme/leipzig/press-shop/line-2', type: 'str' }],
  },
  onTab('start', 'inject', 130, 120, {
    name: 'at start',
    props: [],
    repeat: '',
    once: true,
    onceDelay: 0.1,
    wires: [['me-subscribe']],
  }),
  code('subscribe', 300, 120, 'topics', 'subscribe.js', 1, [['me-in']]),
  onTab('in', 'mqtt in', 440, 120, {
    name: 'from the boxes',
    topic: '',
    qos: '1',
    datatype: 'json',
    broker: 'me-broker',
    nl: false,
    rap: true,
    rh: 0,
    inputs: 1,
    wires: [['me-collect']],
  }),
  code('collect', 600, 120, 'collect', 'collect.js', 2, [['me-zones'], ['me-nodes']]),
  card('zones', 100, 'zones', 'zones.vue', []),
  card('nodes', 140, 'boxes', 'nodes.vue', ['me-out']),
  onTab('out', 'mqtt out', 920, 140, {
    name: 'pause, resume',
    topic: '',
    qos: '1',
    retain: 'false',
    respTopic: '',
    contentType: '',
    userProps: '',
    correl: '',
    expiry: '',
    broker: 'me-broker',
    wires: [],
  }),
  node('broker', 'mqtt-broker', {
    name: 'plant broker',
    broker: 'broker.plant.example',
    port: '1883',
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '5',
    keepalive: '60',
    cleansession: true,
    autoUnsubscribe: true,
    birthTopic: '',
    closeTopic: '',
    willTopic: '',
  }),
  node('ui', 'ui-base', {
    name: 'Dashboard',
    path: '/dashboard',
    includeClientData: true,
    acceptsClientConfig: ['ui-notification', 'ui-control'],
    showPathInSidebar: false,
    headerContent: 'page',
    navigationStyle: 'default',
    titleBarStyle: 'default',
    showReconnectNotification: true,
    notificationDisplayTime: 1,
    showDisconnectNotification: true,
    allowInstall: false,
  }),
  node('theme', 'ui-theme', {
    name: 'micron-edge',
    colors: {
      surface: '#1f3a52',
      primary: '#0d5ca8',
      bgPage: '#f4f5f7',
      groupBg: '#ffffff',
      groupOutline: '#d9dce1',
    },
    sizes: {
      density: 'default',
      pagePadding: '12px',
      groupGap: '12px',
      groupBorderRadius: '6px',
      widgetGap: '12px',
    },
  }),
  node('page', 'ui-page', {
    name: 'Micro-expressions by zone',
    ui: 'me-ui',
    path: '/micron-edge',
    icon: 'chart-timeline-variant',
    layout: 'grid',
    theme: 'me-theme',
    breakpoints: [
      { name: 'Default', px: '0', cols: '3' },
      { name: 'Tablet', px: '576', cols: '6' },
      { name: 'Small Desktop', px: '768', cols: '9' },
      { name: 'Desktop', px: '1024', cols: '12' },
    ],
    order: 1,
    className: '',
    visible: 'true',
    disabled: 'false',
  }),
  group('group-zones', 'Zones', 1, 9),
  group('group-nodes', 'Boxes', 2, 3),
];

export const text = `${JSON.stringify(flow, null, 2)}\n`;
if (process.argv[1] === new URL(import.meta.url).pathname)
  writeFileSync(new URL('flow.json', import.meta.url), text);
