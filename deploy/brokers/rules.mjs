// Who may do what at a plant's broker: the one source of the access lists for Mosquitto, EMQX and HiveMQ.
// {name} stands for the login, BASE for mqtt.baseTopic.

/** Boxes: the name of the login is node.id. */
export const NODE = [
  { action: 'write', topic: 'BASE/micron-edge/{name}/#' },
  { action: 'read', topic: 'BASE/micron-edge/{name}/command' },
];

/** People and programs, by role. */
export const ROLES = {
  dashboard: [{ action: 'read', topic: 'BASE/#' }],
  'shift-lead': [
    { action: 'write', topic: 'BASE/micron-edge/+/command' },
    { action: 'read', topic: 'BASE/micron-edge/+/command/answer' },
    { action: 'read', topic: 'BASE/micron-edge/+/status' },
  ],
};

/** Lines of an access list of Mosquitto for boxes, as in ../mosquitto/nodes.acl. */
export const mosquittoNodes = NODE.map(
  ({ action, topic }) => `pattern ${action} ${topic.replace('{name}', '%u')}`,
);

/** The same for people, as in ../mosquitto/people.acl. */
export const mosquittoPeople = Object.entries(ROLES).flatMap(([role, rules]) => [
  `user ${role}`,
  ...rules.map(({ action, topic }) => `topic ${action} ${topic}`),
]);

const EMQX_ACTION = { write: 'publish', read: 'subscribe' };

/** acl.conf of EMQX 5: the first rule that fits counts, the last one is for all that is left. */
const emqxList = () => {
  const rule = (who, { action, topic }) =>
    `{allow, ${who}, ${EMQX_ACTION[action]}, ["${topic.replace('{name}', '$' + '{username}')}"]}.`;
  return [
    '%% Written by deploy/brokers/build.mjs. Replace BASE by mqtt.baseTopic. README.md explains.',
    '%% People and programs, by the name in their certificate. No box may have such a name.',
    ...Object.entries(ROLES).flatMap(([role, rules]) =>
      rules.map((each) => rule(`{username, "${role}"}`, each)),
    ),
    ...Object.keys(ROLES).map((role) => `{deny, {username, "${role}"}, all, ["#"]}.`),
    '%% Boxes.',
    ...NODE.map((each) => rule('all', each)),
    '{deny, all}.',
    '',
  ].join('\n');
};

const HIVEMQ_ACTION = { write: 'PUBLISH', read: 'SUBSCRIBE' };

/** credentials.xml of HiveMQ's file RBAC extension: its roles; users and hashes of passwords are the plant's. */
const hivemqList = () => {
  const permission = ({ action, topic }) => [
    '                <permission>',
    `                    <topic>${topic.replace('{name}', '$' + '{{username}}')}</topic>`,
    `                    <activity>${HIVEMQ_ACTION[action]}</activity>`,
    '                </permission>',
  ];
  const role = (id, rules) => [
    '        <role>',
    `            <id>${id}</id>`,
    '            <permissions>',
    ...rules.flatMap(permission),
    '            </permissions>',
    '        </role>',
  ];
  const user = (name, id) => [
    '        <user>',
    `            <name>${name}</name>`,
    '            <password>HASH</password>',
    `            <roles><id>${id}</id></roles>`,
    '        </user>',
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<!-- Written by deploy/brokers/build.mjs. Replace BASE by mqtt.baseTopic, and the users by yours. README.md explains. -->',
    '<file-rbac>',
    '    <users>',
    ...user('press-shop-2', 'node'),
    ...Object.keys(ROLES).flatMap((name) => user(name, name)),
    '    </users>',
    '    <roles>',
    ...role('node', NODE),
    ...Object.entries(ROLES).flatMap(([id, rules]) => role(id, rules)),
    '    </roles>',
    '</file-rbac>',
    '',
  ].join('\n');
};

export const emqx = emqxList();
export const hivemq = hivemqList();
