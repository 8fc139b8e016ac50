import type { Described } from '../network/describe.ts';
import { describe } from '../network/describe.ts';
import type { DecodeCode } from './failure.ts';

/** So many addresses of the same camera one after the other; more is a circle. */
const MOST_REDIRECTS = 3;

export type Door =
  /** Where the stream is, so far as can be told without a password. */
  { readonly url: string; readonly code?: never } | { readonly code: DecodeCode; readonly words: string };

/**
 * Asks at the door before FFmpeg does, because FFmpeg cannot be told what not to do: it takes SHA-256 for a wrong
 * password, follows redirections to any machine, in a circle a thousand times a second, and waits in silence for one that
 * does not answer.
 */
export async function knock(url: string, timeoutMs: number, signal: AbortSignal): Promise<Door> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await describe(at, timeoutMs, signal);
    if (typeof answer === 'string') return { code: answer, words: '' };
    if (answer.status === 401 && !isAnswerable(answer))
      return { code: 'authentication-unsupported', words: schemesOf(answer).join(', ') };
    const location = answer.headers.get('location')?.[0];
    if (answer.status < 300 || answer.status > 399 || location === undefined) return { url: at };
    const next = URL.canParse(location, at) ? new URL(location, at) : undefined;
    if (next === undefined || !isSamePlace(next, new URL(at)))
      return { code: 'redirected', words: next === undefined ? '' : next.host };
    // A password that a camera puts into an address is not the one that was configured.
    next.username = '';
    next.password = '';
    at = next.href;
  }
  return { code: 'redirected', words: 'in a circle' };
}

/** Another machine was not configured, has not been judged by governance, and is not to get the password. */
const isSamePlace = (next: URL, from: URL): boolean =>
  next.hostname === from.hostname && next.protocol === from.protocol;

/** `Basic`, `Digest MD5` and so on, in the order in which they are offered (RFC 2617, 3.2.1; RFC 7616, 3.3). */
function schemesOf({ headers }: Described): string[] {
  return (headers.get('www-authenticate') ?? []).map((challenge) => {
    const scheme = /^[A-Za-z0-9-]{1,20}/.exec(challenge)?.[0] ?? '';
    if (scheme.toLowerCase() !== 'digest') return scheme;
    const algorithm = /[\s,]algorithm\s*=\s*"?([A-Za-z0-9-]{1,20})/i.exec(challenge)?.[1] ?? 'MD5';
    return `Digest ${algorithm.toUpperCase()}`;
  });
}

/** FFmpeg answers Basic and Digest with MD5. A 401 that offers nothing is left to it: it says "unauthorised". */
function isAnswerable(answer: Described): boolean {
  const schemes = schemesOf(answer);
  return schemes.length === 0 || schemes.some((scheme) => /^(?:basic|digest md5(?:-sess)?)$/i.test(scheme));
}
