/** Channels of one stream inside the RTSP connection. */
export interface Channels {
  readonly rtp: number;
  readonly rtcp: number;
}

/**
 * The first of the transports that a client offers (RFC 2326, 12.39) which goes through the RTSP connection;
 * undefined if there is none. A client that leaves the channels to the server gets 0 and 1.
 */
export function chooseChannels(header: string): Channels | undefined {
  for (const offer of header.split(',')) {
    const [protocol, ...parameters] = offer.split(';').map((part) => part.trim());
    if (protocol?.toUpperCase() !== 'RTP/AVP/TCP' || parameters.includes('multicast')) continue;
    const given = parameters.find((parameter) => parameter.startsWith('interleaved='));
    if (given === undefined) return { rtp: 0, rtcp: 1 };
    const [, first, second] = /^interleaved=(\d{1,3})(?:-(\d{1,3}))?$/.exec(given) ?? [];
    const rtp = Number(first ?? Number.NaN);
    const rtcp = Number(second ?? rtp + 1);
    if (rtp <= 255 && rtcp <= 255 && rtp !== rtcp) return { rtp, rtcp };
  }
  return undefined;
}
