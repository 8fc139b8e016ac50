import type { Faults } from './fault.ts';

export const ofBroker: Faults = {
  'broker: connection reset': {
    begin: ({ brokerCable }) => brokerCable.reset(),
    sees: (site) => site.says(/connected to the broker/),
  },
  'broker: away for three windows': {
    async begin({ brokerCable }) {
      brokerCable.refuses = true;
      brokerCable.reset();
    },
    async sees(site) {
      await new Promise((resolve) => setTimeout(resolve, 16_000));
      if (site.camera.clients !== 1) throw new Error('the camera was let go');
      site.brokerCable.mend();
      await site.signalAfterNow('the signals that have waited');
    },
  },
  'broker: killed, and started without its memory': {
    async begin(site) {
      await site.killBroker();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await site.startBroker();
    },
    sees: (site) => site.signalAfterNow('a signal after it came back'),
  },
  'broker: frozen': {
    begin: ({ broker }) => broker.child.kill('SIGSTOP'),
    async sees({ broker }) {
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      broker.child.kill('SIGCONT');
    },
    end: (site) => site.signalAfterNow('a signal'),
  },
  'broker: takes messages and does not acknowledge them': {
    begin({ brokerCable }) {
      // PUBACK of MQTT 3.1.1 and 5: 3.4.1, packet type 4.
      brokerCable.change = (chunk, towards) =>
        towards === 'client' && (chunk[0]! & 0xf0) === 0x40 ? undefined : chunk;
    },
    sees: (site) => site.signalAfterNow('a signal that is not acknowledged'),
    async end(site) {
      site.brokerCable.mend();
      site.brokerCable.reset();
      await site.signalAfterNow('the same again');
    },
  },
  'broker: three seconds on the way': {
    begin({ brokerCable }) {
      brokerCable.delayMs = 3_000;
    },
    sees: (site) => site.signalAfterNow('a signal, late'),
    end: ({ brokerCable }) => brokerCable.mend(),
  },
  'broker: sends what is not MQTT': {
    begin({ brokerCable }) {
      brokerCable.change = (chunk, towards) =>
        towards === 'client' ? Buffer.from('HTTP/1.1 200 OK\r\n\r\n') : chunk;
      brokerCable.reset();
    },
    sees: (site) => site.says(/"code":"broker-[a-z-]+"/),
    end({ brokerCable }) {
      brokerCable.mend();
      brokerCable.reset();
    },
  },
};
