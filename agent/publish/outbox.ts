import type { MqttClient } from 'mqtt';
import type { SealedSignal } from '../domain/aggregate.ts';

/** Signals that wait for a broker to come back; the oldest goes first when there are more. */
const MOST_WAITING = 2_000;

interface Item {
  readonly signal: SealedSignal;
  readonly onDelivered: (() => void) | undefined;
}

/** Signals on their way: in order, one at a time, and gone only when the broker has acknowledged them (QoS 1). */
export class Outbox {
  readonly #client: MqttClient;
  readonly #topicOf: (zoneId: string) => string;
  readonly #onRefused: (reason: number) => void;
  readonly #items: Item[] = [];
  #sending = false;
  #discarded = 0;

  constructor(client: MqttClient, topicOf: (zoneId: string) => string, onRefused: (reason: number) => void) {
    this.#client = client;
    this.#topicOf = topicOf;
    this.#onRefused = onRefused;
  }

  get waiting(): number {
    return this.#items.length;
  }

  get discarded(): number {
    return this.#discarded;
  }

  add(signal: SealedSignal, onDelivered?: () => void): void {
    this.#items.push({ signal, onDelivered });
    while (this.#items.length > MOST_WAITING) {
      this.#items.shift();
      this.#discarded++;
    }
    void this.drain();
  }

  /** To be called after each connect. */
  async drain(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#client.connected && this.#items.length > 0) await this.#send(this.#items[0]!);
    } catch {
      // The connection went before the acknowledgement: it stays, and the next connect drains again.
    } finally {
      this.#sending = false;
    }
  }

  async #send(item: Item): Promise<void> {
    const { zoneId, payload } = item.signal;
    try {
      await this.#client.publishAsync(this.#topicOf(zoneId), payload, { qos: 1 });
      item.onDelivered?.();
    } catch (error) {
      // A PUBACK with a reason code of 0x80 or more (MQTT 5, 3.4.2.1): it would be refused again, and block the rest.
      const { code } = error as { code?: unknown };
      if (typeof code !== 'number' || code < 0x80) throw error;
      this.#discarded++;
      this.#onRefused(code);
    }
    if (this.#items[0] === item) this.#items.shift();
  }
}
