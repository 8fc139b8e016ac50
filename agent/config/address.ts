import { isIPv4 } from 'node:net';

export interface AddressFault {
  readonly wrong: string;
  readonly allowed: string;
}

const parsed = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined);

/** A user or password in front of the host. An address that cannot be parsed but has an "@" is taken for one that does. */
function holdsCredentials(url: string): boolean {
  const address = parsed(url);
  if (address === undefined) return url.includes('@');
  return address.username !== '' || address.password !== '' || /^[a-z]+:\/\/[^/?#]*@/i.test(url);
}

/** What is wrong with a camera's address, if anything. The texts never contain the address. */
export function cameraAddressFault(url: string): AddressFault | undefined {
  if (holdsCredentials(url))
    return {
      wrong: 'holds a user or a password, which would show in process lists and logs',
      allowed: 'put "user:password" in a file that only the service reads, and name it in credentialsFile',
    };
  const address = parsed(url);
  if (address === undefined)
    return {
      wrong: 'cannot be read as an address',
      allowed: 'for example rtsp://camera-1.plant.example/stream',
    };
  if (address.protocol === 'file:')
    return /^file:\/(?!\/)[^/]|^file:\/\/(localhost)?\/[^/]/.test(url)
      ? undefined
      : { wrong: 'not an absolute file address', allowed: 'file:///path/to/recording.mp4' };
  return address.hostname === '' || !/^rtsps?:\/\//.test(url)
    ? { wrong: 'names no host', allowed: 'for example rtsp://camera-1.plant.example/stream' }
    : undefined;
}

/** What is wrong with the broker's address, if anything. The texts never contain the address. */
export function brokerAddressFault(url: string): AddressFault | undefined {
  if (holdsCredentials(url))
    return {
      wrong: 'holds a user or a password, which would show in logs',
      allowed: 'use mqtt.username and mqtt.passwordFile',
    };
  const address = parsed(url);
  return address === undefined || address.hostname === ''
    ? { wrong: 'cannot be read as an address', allowed: 'mqtt://host:port or mqtts://host:port' }
    : undefined;
}

/** Is the host of this address the machine itself: 127.0.0.0/8, ::1 or localhost? */
export function isLoopback(url: string): boolean {
  const host = parsed(url)?.hostname.toLowerCase() ?? '';
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}

/** Does a demo take it: a recording, or a camera on this machine? */
export const isLocalSource = (url: string): boolean => parsed(url)?.protocol === 'file:' || isLoopback(url);
