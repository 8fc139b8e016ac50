import { z } from 'zod';

/** tck-id-host-topic-phid-birth-payload: JSON with these two; what else is in it is the host's business. */
const stateSchema = z.object({ online: z.boolean(), timestamp: z.int().nonnegative() });

/** Whether the primary host can be reached, as its STATE messages say. */
export class HostState {
  #lastMs = Number.NEGATIVE_INFINITY;
  #online = false;

  get online(): boolean {
    return this.#online;
  }

  /** False when the message cannot be read. */
  hear(payload: Uint8Array): boolean {
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    } catch {
      return false;
    }
    const state = stateSchema.safeParse(body);
    if (!state.success) return false;
    // tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp: one that is older than the last does not count.
    if (state.data.timestamp < this.#lastMs) return true;
    this.#lastMs = state.data.timestamp;
    this.#online = state.data.online;
    return true;
  }
}
