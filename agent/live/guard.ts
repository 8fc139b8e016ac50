import type { IncomingHttpHeaders } from 'node:http';

/** Names by which a browser on this machine, or at the other end of an ssh tunnel, calls it. The port may be the tunnel's. */
const HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/**
 * A page of somebody else's that has its own name point to this address (DNS rebinding) still says that name here.
 */
export const isOurHost = ({ host }: IncomingHttpHeaders): boolean => host !== undefined && HOST.test(host);

/** Browsers say which page asks (RFC 6455, 4.1 and 10.2; RFC 6454): it must be ours, down to the port. */
export const isOurPage = ({ host, origin }: IncomingHttpHeaders): boolean => origin === `http://${host}`;
