/** What the documentation of two brokers says about their access lists, as far as ours use it. */
export interface Asked {
  readonly login: string;
  readonly action: 'write' | 'read';
  /** Without wildcards: for a read, the topic of a subscription. */
  readonly topic: string;
}

/** MQTT 5, 4.7: does a topic fit a filter? */
export function fits(topic: string, filter: string): boolean {
  const [levels, wanted] = [topic.split('/'), filter.split('/')];
  for (const [i, each] of wanted.entries()) {
    if (each === '#') return true;
    if (levels[i] === undefined || (each !== '+' && each !== levels[i])) return false;
  }
  return levels.length === wanted.length;
}

/**
 * EMQX 5, specification in its acl.conf: rules from top to bottom, the first whose client, action and topic fit decides;
 * `{deny, all}` fits everybody and everything.
 * @throws Error for a rule of another form than ours
 */
export function emqxAllows(acl: string, { login, action, topic }: Asked): boolean {
  const wanted = action === 'write' ? 'publish' : 'subscribe';
  const rules = acl.split('\n').filter((line) => line !== '' && !line.startsWith('%%'));
  for (const rule of rules) {
    if (rule === '{deny, all}.') return false;
    const parts =
      /^\{(allow|deny), (all|\{username, "([^"]+)"\}), (publish|subscribe|all), \["([^"]+)"\]\}\.$/.exec(
        rule,
      );
    if (parts === null) throw new Error(`not read: ${rule}`);
    const [, permission, who, name, acts, filter] = parts;
    const isWho = who === 'all' || name === login;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: EMQX's own placeholder
    const own = filter!.replace('${username}', login);
    if (isWho && (acts === 'all' || acts === wanted) && fits(topic, own)) return permission === 'allow';
  }
  throw new Error('no rule for the rest');
}

/**
 * HiveMQ's file RBAC extension: a user has roles, a role has permissions to publish or subscribe on a filter, and what no
 * permission allows is denied.
 * @param role of the login
 */
export function hivemqAllows(xml: string, role: string, { login, action, topic }: Asked): boolean {
  const body = new RegExp(`<role>\\s*<id>${role}</id>(.*?)</role>`, 's').exec(xml)?.[1];
  if (body === undefined) throw new Error(`no role ${role}`);
  const permissions = [...body.matchAll(/<topic>(.*?)<\/topic>\s*<activity>(.*?)<\/activity>/g)];
  return permissions.some(
    ([, filter, activity]) =>
      activity === (action === 'write' ? 'PUBLISH' : 'SUBSCRIBE') &&
      // biome-ignore lint/suspicious/noTemplateCurlyInString: HiveMQ's own placeholder
      fits(topic, filter!.replace('${{username}}', login)),
  );
}
