import { MEASUREMENTS } from './measurements.mjs';

const HEAD = `# From the plant's broker into InfluxDB. Written by build.mjs from measurements.mjs.
# Fill in: servers, the base topic, login, and the address of InfluxDB. One "+" for each level of mqtt.baseTopic.

[agent]
  interval = "10s"
  flush_interval = "10s"
  # As long as InfluxDB is away.
  metric_buffer_limit = 100000

[[outputs.influxdb]]
  urls = ["http://127.0.0.1:8086"]
  database = "micron_edge"
  # username = "telegraf"
  # password = "\${INFLUX_PASSWORD}"
`;

const input = (topic, blocks) => `
[[inputs.mqtt_consumer]]
  servers = ["ssl://broker.plant.example:8883"]
  topics = ["+/+/+/+/micron-edge/+/${topic}"]
  username = "dashboard"
  password = "\${MQTT_PASSWORD}"
  # What comes while Telegraf is away waits at the broker; it acknowledges what has been written.
  qos = 1
  persistent_session = true
  client_id = "telegraf-micron-edge-${topic.replace(/\W+/g, '-')}"
  max_undelivered_messages = 1000
  topic_tag = ""
  data_format = "json_v2"
${blocks.map(block).join('')}`;

const field = ({ path, name, type, optional }) => `    [[inputs.mqtt_consumer.json_v2.field]]
      path = "${path}"
      rename = "${name}"
      type = "${type}"
${optional ? '      optional = true\n' : ''}`;

const tag = (path) => `    [[inputs.mqtt_consumer.json_v2.tag]]
      path = "${path}"
`;

// Of what lies deeper json_v2 makes one name with underscores, for the list of keys and for the field.
const flat = (path) => path.replaceAll('.', '_');
const list = ({ each, eachTag, fields }) => `    [[inputs.mqtt_consumer.json_v2.object]]
      path = "${each}"
      tags = ["${eachTag}"]
      included_keys = [${[eachTag, ...fields.map(({ path }) => flat(path))].map((key) => `"${key}"`).join(', ')}]
`;

const block = (measurement) => `  [[inputs.mqtt_consumer.json_v2]]
    measurement_name = "${measurement.name}"
    timestamp_path = "${measurement.time}"
    timestamp_format = "2006-01-02T15:04:05Z07:00"
${measurement.tags.map(tag).join('')}${measurement.each === undefined ? measurement.fields.map(field).join('') : list(measurement)}`;

export function telegrafText() {
  const topics = [...new Set(MEASUREMENTS.map(({ topic }) => topic))];
  return (
    HEAD +
    topics
      .map((topic) =>
        input(
          topic,
          MEASUREMENTS.filter((each) => each.topic === topic),
        ),
      )
      .join('')
  );
}
