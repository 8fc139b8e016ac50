import type { Health } from '../publish/messages.ts';

/** How the connection to the broker is; `trouble` is a code of `publish/refusal.ts` or of the publisher. */
export interface BrokerCondition extends Readonly<Health['broker']> {
  readonly connected: boolean;
  readonly trouble?: string;
}

/**
 * All that the endpoint tells. It is what health says over MQTT, and what cannot follow the number of faces: anything
 * that does (load, latency, frames left out, process times) must not get a field here, for whoever scrapes keeps it.
 */
export interface Report {
  /** As it went out over MQTT last. */
  readonly health: Omit<Health, 'schema' | 'node' | 'broker'>;
  readonly broker: BrokerCondition;
  /** The part of the daemon that makes no progress. */
  readonly stuck: string | undefined;
  readonly model: { readonly name: string; readonly version: string; readonly hash: string };
  readonly software: string;
  readonly hottestC: number | undefined;
}

/** Why the daemon does not do now what it is configured to do; empty when it does. A pause and closing hours are as configured. */
export function unready({ health, broker, stuck }: Report): string[] {
  const reasons: string[] = [];
  if (stuck !== undefined) reasons.push(`stuck:${stuck}`);
  if (!broker.connected) reasons.push(`broker:${broker.trouble ?? 'connecting'}`);
  if (health.capture.state === 'refused')
    reasons.push(...health.capture.reasons.map((reason) => `refused:${reason}`));
  if (health.capture.state === 'watching')
    for (const { id, state, code } of health.cameras)
      if (state !== 'streaming' || code !== undefined) reasons.push(`camera:${id}:${code ?? state}`);
  return reasons;
}
