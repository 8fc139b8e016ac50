import { stringify } from 'yaml';
import { VERSION } from '../../installation.ts';
import { rootOf, TOPICS, type TopicName } from '../topics.ts';
import { examplesOf } from './examples.ts';
import { jsonSchemaOf, NAMES } from './json-schemas.ts';

const ROOT = rootOf({ baseTopic: '{baseTopic}', node: '{node}' });
const ref = (path: string) => ({ $ref: `#/${path}` });
/** https://github.com/asyncapi/bindings/tree/master/mqtt */
const BINDING = { bindingVersion: '0.2.0' };

const PARAMETERS = {
  baseTopic: ref('components/parameters/baseTopic'),
  node: ref('components/parameters/node'),
};

const titleOf = (name: TopicName): string => name.slice(0, 1).toUpperCase() + name.slice(1);

function channel(name: TopicName): object {
  const { path, when } = TOPICS[name];
  return {
    address: `${ROOT}/${path}`,
    description: when,
    parameters: path.includes('{zone}')
      ? { ...PARAMETERS, zone: ref('components/parameters/zone') }
      : PARAMETERS,
    messages: { [name]: ref(`components/messages/${name}`) },
  };
}

function operation(name: TopicName): object {
  const { retain } = TOPICS[name];
  const messagesOf = (each: TopicName) => [ref(`channels/${each}/messages/${each}`)];
  return {
    action: name === 'command' ? 'receive' : 'send',
    channel: ref(`channels/${name}`),
    summary: TOPICS[name].when,
    messages: messagesOf(name),
    bindings: { mqtt: { qos: 1, retain, ...BINDING } },
    ...(name === 'command'
      ? { reply: { channel: ref('channels/answer'), messages: messagesOf('answer') } }
      : {}),
  };
}

function message(name: TopicName): object {
  const { $schema: _, ...schema } = jsonSchemaOf(name) as { $schema: string };
  return {
    name,
    title: titleOf(name),
    contentType: 'application/json',
    payload: { schemaFormat: 'application/schema+json;version=draft-07', schema },
    examples: examplesOf(name),
  };
}

const each = (of: (name: TopicName) => object) => Object.fromEntries(NAMES.map((name) => [name, of(name)]));

/**
 * What a node says and understands over MQTT, as AsyncAPI 3.0 (https://www.asyncapi.com/docs/reference/specification/v3.0.0),
 * from the side of the node: it sends signals and receives commands. Made from the schemas that the node itself uses.
 */
export const asyncApi = {
  asyncapi: '3.0.0',
  id: 'urn:micron-edge',
  info: {
    title: 'micron-edge',
    version: VERSION,
    description:
      'Counts per zone and time window, with noise, and signs of life. Nothing in it is about a single person. What the messages mean: agent/publish/README.md.',
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    tags: [{ name: 'mqtt' }],
  },
  defaultContentType: 'application/json',
  servers: {
    plant: {
      host: '{host}',
      protocol: 'secure-mqtt',
      protocolVersion: '5',
      description: "The plant's broker: mqtt.url of the configuration. MQTT 3.1.1 by mqtt.version: 4",
      variables: { host: { description: 'Name and port', default: 'broker.plant.example:8883' } },
      bindings: {
        mqtt: {
          clientId: 'micron-edge-{node}',
          cleanSession: true,
          lastWill: {
            topic: `${ROOT}/${TOPICS.status.path}`,
            qos: 1,
            retain: TOPICS.status.retain,
            message: JSON.stringify(examplesOf('status').find(({ name }) => name === 'last will')?.payload),
          },
          keepAlive: 30,
          ...BINDING,
        },
      },
    },
  },
  channels: each(channel),
  operations: each(operation),
  components: {
    messages: each(message),
    parameters: {
      baseTopic: {
        description: 'mqtt.baseTopic of the configuration: an ISA-95 path of several levels',
        examples: ['acme/leipzig/press-shop/line-2'],
      },
      node: { description: 'node.id of the configuration', examples: ['press-shop-2'] },
      zone: { description: 'Id of a zone in the configuration', examples: ['press-2'] },
    },
  },
};

export const asyncApiText = (): string =>
  `# Made from the code's own schemas by: npm run schemas\n${stringify(asyncApi, { lineWidth: 0, aliasDuplicateObjects: false })}`;
