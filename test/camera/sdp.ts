import { CLOCK_HZ, type Film } from './film.ts';
import { PAYLOAD_TYPE } from './rtp.ts';

/** Control address of the only stream, relative to the presentation (RFC 2326, C.1.1). */
export const TRACK = 'trackID=0';

/** What DESCRIBE answers: one live stream (RFC 4566; RFC 6184, 8.2.1; RFC 7798, 7.2; RFC 2326, appendix C). */
export function describeFilm(film: Film, host: string): string {
  const framesPerSecond = Number(film.framesPerSecond.toFixed(3));
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=Test camera',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} ${film.codec}/${CLOCK_HZ}`,
    `a=fmtp:${PAYLOAD_TYPE} ${film.fmtp}`,
    `a=framerate:${framesPerSecond}`,
    `a=control:${TRACK}`,
    '',
  ].join('\r\n');
}
