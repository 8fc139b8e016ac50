import { isLoopback } from './address.ts';
import type { Finding } from './rule.ts';
import type { Config } from './schema.ts';

/** Keys that make sense only together. */
function* together(block: object, path: readonly string[], a: string, b: string): Generator<Finding> {
  for (const [given, lacking] of [
    [a, b],
    [b, a],
  ] as const)
    if (given in block && !(lacking in block))
      yield { path: [...path, given], wrong: `${given} without ${lacking}`, allowed: 'both or neither' };
}

export function* mqttRules({ mqtt }: Config): Generator<Finding> {
  const encrypted = mqtt.url.startsWith('mqtts:');
  yield* together(mqtt, ['mqtt'], 'username', 'passwordFile');
  if (mqtt.tls !== undefined) yield* together(mqtt.tls, ['mqtt', 'tls'], 'certFile', 'keyFile');
  if (mqtt.tls !== undefined && !encrypted)
    yield {
      path: ['mqtt', 'tls'],
      wrong: 'tls with an mqtt: address does nothing',
      allowed: 'an mqtts: url, or no tls',
    };
  if (mqtt.passwordFile !== undefined && !encrypted && !isLoopback(mqtt.url))
    yield {
      path: ['mqtt', 'url'],
      wrong: 'the password would cross the network in clear text',
      allowed: 'an mqtts: address, or a broker on this machine',
    };
}
