import type { Credentials } from '../domain/credentials.ts';
import { withoutSecrets } from '../domain/secrets-in-text.ts';

/** RFC 3986 percent-encoding of everything that is not unreserved; encodeURIComponent leaves five characters alone. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The list that tells FFmpeg's concat demuxer where the camera is. It travels through standard input, because arguments
 * are for every user of the machine to read.
 */
export function concatList(url: string, transport: 'tcp' | 'udp', credentials?: Credentials): string {
  const full = new URL(url);
  let text = full.href;
  if (credentials !== undefined) {
    const { protocol } = full;
    text = `${protocol}//${encode(credentials.user)}:${encode(credentials.password)}@${full.href.slice(protocol.length + 2)}`;
  }
  const quoted = text.replaceAll("'", '%27').replaceAll(/[\r\n]/g, '');
  // Without the second option FFmpeg holds back the first second, to count a frame rate that nobody asks for.
  return `ffconcat version 1.0\nfile '${quoted}'\noption rtsp_transport ${transport}\noption fpsprobesize 0\n`;
}

/** FFmpeg prints the address with its password even at level "error": nothing of it may be kept. */
export function scrub(text: string, credentials?: Credentials): string {
  let clean = withoutSecrets(text.replaceAll(/[a-z]+:\/\/[^\s'"]*@/gi, '//'));
  for (const secret of credentials === undefined ? [] : [credentials.password, encode(credentials.password)])
    clean = clean.replaceAll(secret, '***');
  return clean;
}
