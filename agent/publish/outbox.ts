import type { MqttClient } from 'mqtt';
import type { Queue, Sending } from './queue.ts';

export interface OutboxOptions {
  readonly client: Pick<
    MqttClient,
    'connected' | 'on' | 'publishAsync' | 'getLastMessageId' | 'removeOutgoingMessage' | 'stream'
  >;
  readonly queue: Queue;
  /** What goes where. */
  letter(sending: Sending): { readonly topic: string; readonly payload: string };
  onRefused(reason: number): void;
  /** The time that a broker has to acknowledge a message, milliseconds. */
  readonly ackMs?: number;
  /** A message was not acknowledged in all the time that it had; the connection is begun anew. */
  onSilence(): void;
}

/** A broker that takes messages and does not acknowledge them: only a new connection may send one again (MQTT 5, 4.4). */
const ACK_MS = 60_000;

/** Brings a queue to the broker: in order, one at a time, and settled only by its acknowledgement (QoS 1). */
export class Outbox {
  readonly #options: OutboxOptions;
  #isOpen = false;
  #messageId: number | undefined;
  #sending: Promise<boolean> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { client } = options;
    client.on('close', () => this.close());
  }

  /** To be called after each connect. */
  open(): void {
    this.#isOpen = true;
    void this.drain();
  }

  /**
   * What is on its way goes back into the queue: the client would send it again as it was, but whether it may still be
   * sent, and for how long it holds, is for the queue to say.
   */
  close(): void {
    this.#isOpen = false;
    if (this.#messageId !== undefined) this.#options.client.removeOutgoingMessage(this.#messageId);
  }

  /** To be called when there is something new in the queue. */
  async drain(): Promise<void> {
    const { client, queue } = this.#options;
    while (this.#isOpen && client.connected) {
      const sending = queue.take();
      if (sending === undefined) return;
      this.#sending = this.#send(sending);
      const goesOn = await this.#sending;
      this.#sending = undefined;
      if (!goesOn) return;
    }
  }

  /** Nothing is on its way any more: the queue is empty, or the connection is gone. */
  async rested(): Promise<void> {
    // Whoever drains has begun with the next one before this goes on.
    while (this.#sending !== undefined) await this.#sending;
  }

  /** False when the connection went before the acknowledgement: the next `open` sends it again. */
  async #send(sending: Sending): Promise<boolean> {
    const { client, letter, onRefused, onSilence, ackMs = ACK_MS } = this.#options;
    const { topic, payload } = letter(sending);
    const silence = setTimeout(() => {
      onSilence();
      client.stream.destroy();
    }, ackMs);
    silence.unref();
    try {
      const acknowledged = client.publishAsync(topic, payload, {
        qos: 1,
        properties: { messageExpiryInterval: sending.expiryS },
      });
      this.#messageId = client.getLastMessageId();
      await acknowledged;
      sending.settle('delivered');
      return true;
    } catch (error) {
      // A PUBACK with a reason code of 0x80 or more (MQTT 5, 3.4.2.1): it would be refused again, and block the rest.
      const { code } = error as { code?: unknown };
      const isRefused = typeof code === 'number' && code >= 0x80;
      sending.settle(isRefused ? 'refused' : 'failed');
      if (isRefused) onRefused(code);
      return isRefused;
    } finally {
      clearTimeout(silence);
      this.#messageId = undefined;
    }
  }
}
