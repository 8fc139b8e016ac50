import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { type Fault, type Faults, WITHIN } from './fault.ts';
import { hasOwnNetwork } from './own-network.ts';
import { CAMERA_HOST, STALL_MS } from './site.ts';

const route = (...words: string[]) =>
  execFileSync('ip', ['route', ...words, `${CAMERA_HOST}/32`, 'table', 'local'], { stdio: 'pipe' });

const noLink: Fault['lacks'] = ({ link }) => link === undefined && 'no network namespace may be made here';

export const ofNetwork: Faults = {
  'network: connection to the camera reset': {
    begin: ({ cameraCable }) => cameraCable.reset(),
    shows: 'waiting ended',
  },
  'network: nothing answers at the address of the camera': {
    begin({ cameraCable }) {
      cameraCable.refuses = true;
      cameraCable.reset();
    },
    shows: 'waiting unreachable',
    end: ({ cameraCable }) => cameraCable.mend(),
  },
  'network: what the camera sends is lost, without an end': {
    begin({ cameraCable }) {
      cameraCable.change = (chunk, towards) => (towards === 'client' ? undefined : chunk);
    },
    shows: 'waiting no-answer',
    end: ({ cameraCable }) => cameraCable.mend(),
  },
  'network: the route to the camera is a black hole': {
    lacks: () => !hasOwnNetwork && 'no network namespace may be made here',
    begin: () => route('add', 'blackhole'),
    // The relay cannot pass on what does not come, and the camera's end is not heard.
    shows: 'waiting no-answer',
    end: () => route('del', 'blackhole'),
  },
  'network: 400 ms there and back': {
    begin({ cameraCable }) {
      cameraCable.delayMs = 200;
      cameraCable.reset();
    },
    shows: 'streaming',
    end: ({ cameraCable }) => cameraCable.mend(),
  },
  'network: too slow for the stream': {
    begin({ cameraCable }) {
      cameraCable.bytesPerS = 2_000;
    },
    shows: 'waiting stalled',
    end({ cameraCable }) {
      cameraCable.mend();
      cameraCable.reset();
    },
  },
  'network: bytes change on the way': {
    begin({ cameraCable }) {
      let at = 0;
      cameraCable.change = (chunk, towards) => {
        if (towards === 'server') return chunk;
        const copy = Buffer.from(chunk);
        for (let i = 997 - (at % 997); i < copy.length; i += 997) copy[i]! ^= 0x55;
        at += chunk.length;
        return copy;
      };
    },
    sees: ({ camera }) => until(() => camera.counters.connections > 3, 'the end of a session', WITHIN),
    end({ cameraCable }) {
      cameraCable.mend();
      cameraCable.reset();
    },
  },
  'network: unsteady, and every twentieth segment sent again': {
    begin({ cameraCable }) {
      cameraCable.delayMs = 20;
      cameraCable.jitterMs = 80;
      cameraCable.lossShare = 0.05;
    },
    shows: 'streaming',
    end: ({ cameraCable }) => cameraCable.mend(),
  },

  'network: cable pulled for a second': {
    lacks: noLink,
    async begin({ camera, link, health }) {
      const before = [camera.counters.connections, health.broker.reconnects];
      link!.down('plant');
      await wait(1_000);
      link!.up('plant');
      await wait(STALL_MS);
      const after = [camera.counters.connections, health.broker.reconnects];
      if (after.join() !== before.join()) throw new Error('connections were given up for one second');
    },
    shows: 'streaming',
  },
  'network: cable pulled': {
    lacks: noLink,
    begin: ({ link }) => link!.down('plant'),
    async sees(site) {
      // Over no network there is no health: the log says it.
      await site.says(/"state":"waiting","code":"unreachable"/);
    },
    async end(site) {
      site.link!.up('plant');
      await site.signalAfterNow('the signals that have waited');
    },
  },
  'network: card of the box switched off': {
    lacks: noLink,
    begin: ({ link }) => link!.down('box'),
    sees: (site) => site.says(/"state":"waiting","code":"unreachable"/),
    async end(site) {
      site.link!.up('box');
      await site.signalAfterNow('the signals that have waited');
    },
  },
  'network: what goes to the box is lost, what comes from it arrives': {
    lacks: noLink,
    begin: ({ link }) => link!.lose('plant'),
    sees: (site) => site.says(/"state":"waiting","code":"(unreachable|no-answer)"/),
    async end(site) {
      site.link!.find('plant');
      await site.signalAfterNow('the signals that have waited');
    },
  },
  'network: no way from the box': {
    lacks: noLink,
    begin: ({ link }) => link!.refuse('box'),
    sees: (site) => site.says(/"state":"waiting","code":"unreachable"/),
    async end(site) {
      site.link!.find('box');
      await site.signalAfterNow('the signals that have waited');
    },
  },
};
