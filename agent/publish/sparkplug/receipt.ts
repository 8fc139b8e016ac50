import type { MqttClient } from 'mqtt';

/**
 * Tells when the broker has read all that was sent. Data goes out with QoS 0 (tck-id-payloads-ddata-qos), which nobody
 * acknowledges; but the connection keeps its order, so the answer to a later PINGREQ says that what went before has
 * arrived.
 */
export class Receipts {
  readonly #client: MqttClient;
  readonly #waiting: { readonly ping: number; readonly settle: (arrived: boolean) => void }[] = [];
  #asked = 0;
  #answered = 0;

  constructor(client: MqttClient) {
    this.#client = client;
    // The client pings by itself too, and an answer to an earlier one says nothing about what was sent after it.
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'pingreq') this.#asked++;
    });
    client.on('packetreceive', ({ cmd }) => {
      if (cmd !== 'pingresp') return;
      this.#answered++;
      while (this.#waiting[0] !== undefined && this.#waiting[0].ping <= this.#answered)
        this.#waiting.shift()!.settle(true);
    });
    client.on('close', () => {
      for (const { settle } of this.#waiting.splice(0)) settle(false);
    });
  }

  /** True when all that has been sent is with the broker, false when the connection has ended before that. */
  all(): Promise<boolean> {
    if (!this.#client.connected) return Promise.resolve(false);
    this.#client.sendPing();
    const ping = this.#asked;
    return new Promise((settle) => this.#waiting.push({ ping, settle }));
  }
}
