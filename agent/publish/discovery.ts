import { LABELS } from '../domain/signal.ts';
import { rootOf, signalTopic, TOPICS } from './topics.ts';

export interface DiscoveryOptions {
  /** First level of the topics, `homeassistant` unless the plant has another. */
  readonly prefix: string;
  readonly baseTopic: string;
  readonly node: string;
  readonly software: string;
  readonly zones: readonly string[];
  readonly cameras: readonly string[];
}

export interface Announcement {
  readonly topic: string;
  readonly payload: string;
}

/** Withheld windows have no counts: `none` shows as unknown, and not as the number of the window before. */
const ofReleased = (path: string) => `{{ value_json.${path} if value_json.state == 'released' else none }}`;

/**
 * The node as one device of Home Assistant's MQTT discovery, with everything that is on its topics already and no topic
 * for a command (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload). To be retained.
 */
export function announcementOf(options: DiscoveryOptions): Announcement {
  const { prefix, node, software, zones, cameras } = options;
  const root = rootOf(options);
  const uniqueId = (name: string) => `micron-edge-${node}-${name}`;
  const components: Record<string, object> = {};
  const add = (id: string, component: object) => {
    components[id] = { unique_id: uniqueId(id), ...component };
  };
  for (const zone of zones) {
    const state_topic = `${root}/${signalTopic(zone)}`;
    for (const label of LABELS)
      add(`${zone}-${label}`, {
        platform: 'sensor',
        name: `${zone} ${label}`,
        state_topic,
        value_template: ofReleased(`slots.${label}`),
        unit_of_measurement: 'slots',
        // A count of one window, which may be negative: neither a total nor one that only grows.
        state_class: 'measurement',
        json_attributes_topic: state_topic,
      });
    add(`${zone}-interval95`, {
      platform: 'sensor',
      name: `${zone} 95 % interval of the noise`,
      state_topic,
      value_template: ofReleased('noise.interval95'),
      unit_of_measurement: 'slots',
      state_class: 'measurement',
      entity_category: 'diagnostic',
    });
    add(`${zone}-evidence`, {
      platform: 'sensor',
      name: `${zone} model evidence`,
      state_topic,
      value_template: '{{ value_json.model.evidence }}',
      entity_category: 'diagnostic',
    });
  }
  for (const camera of cameras)
    add(`camera-${camera}`, {
      platform: 'sensor',
      name: `camera ${camera}`,
      state_topic: `${root}/${TOPICS.health.path}`,
      value_template: `{{ value_json.cameras | selectattr('id', 'eq', '${camera}') | map(attribute='state') | first }}`,
      entity_category: 'diagnostic',
    });
  add('capture', {
    platform: 'sensor',
    name: 'capture',
    state_topic: `${root}/${TOPICS.status.path}`,
    // Not known while the box is offline.
    value_template: '{{ value_json.capture.state if value_json.capture is defined else none }}',
    entity_category: 'diagnostic',
  });
  const payload = {
    device: {
      identifiers: [uniqueId('node')],
      name: node,
      manufacturer: 'micron-edge',
      sw_version: software,
    },
    origin: { name: 'micron-edge', sw_version: software },
    availability: [{ topic: `${root}/${TOPICS.status.path}`, value_template: '{{ value_json.state }}' }],
    components,
    qos: 1,
  };
  return { topic: `${prefix}/device/${uniqueId('node')}/config`, payload: JSON.stringify(payload) };
}
