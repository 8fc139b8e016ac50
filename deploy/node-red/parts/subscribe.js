// The base topic is set on the tab (double-click it): mqtt.baseTopic of the boxes. A "+" may stand for any level.
const root = `${env.get('MICRON_EDGE_BASE_TOPIC')}/micron-edge/+`;
node.status({ text: root });
const topics = ['status', 'health', 'zone/+/signal', 'zone/+/gap', 'command/answer'];
return { action: 'subscribe', topic: topics.map((topic) => ({ topic: `${root}/${topic}`, qos: 1 })) };
