import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type DigestAlgorithm, digestParameters, digestResponse } from './digest.ts';
import type { Request } from './messages.ts';

/** `both` offers digest with MD5 and basic; `digest-sha256` offers SHA-256 and nothing else (RFC 7616). */
export const AUTHENTICATIONS = ['none', 'basic', 'digest', 'both', 'digest-sha256'] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const REALM = 'Test camera';

/** Lets requests of one connection through, or says what the client should prove. */
export class Gate {
  readonly #authentication: Authentication;
  readonly #credentials: Credentials;
  readonly #nonce = randomBytes(16).toString('hex');

  constructor(authentication: Authentication, credentials: Credentials) {
    this.#authentication = authentication;
    this.#credentials = credentials;
  }

  /** Undefined if the request may pass, else the values of the WWW-Authenticate headers, the best scheme first. */
  challenge(request: Request): string[] | undefined {
    if (this.#authentication === 'none') return undefined;
    const header = request.headers.get('authorization') ?? '';
    const [, scheme = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(header) ?? [];
    const basic = this.#authentication === 'basic' || this.#authentication === 'both';
    let stale = false;
    if (scheme.toLowerCase() === 'basic' && basic && this.#basicFits(rest)) return undefined;
    if (scheme.toLowerCase() === 'digest' && this.#algorithm !== undefined) {
      const parameters = digestParameters(rest);
      if (this.#digestFits(request, parameters, this.#algorithm)) {
        if (parameters.get('nonce') === this.#nonce) return undefined;
        stale = true;
      }
    }
    const challenges = this.#algorithm === undefined ? [] : [this.#digestChallenge(this.#algorithm, stale)];
    if (basic) challenges.push(`Basic realm="${REALM}"`);
    return challenges;
  }

  get #algorithm(): DigestAlgorithm | undefined {
    if (this.#authentication === 'digest-sha256') return 'SHA-256';
    return this.#authentication === 'digest' || this.#authentication === 'both' ? 'MD5' : undefined;
  }

  /** With MD5 as cameras do it, without qop and algorithm (RFC 2069); with SHA-256 qop must be there (RFC 7616, 3.3). */
  #digestChallenge(algorithm: DigestAlgorithm, stale: boolean): string {
    const parts = [`Digest realm="${REALM}"`, `nonce="${this.#nonce}"`];
    if (algorithm === 'SHA-256') parts.push('qop="auth"', 'algorithm=SHA-256');
    if (stale) parts.push('stale=true');
    return parts.join(', ');
  }

  #basicFits(encoded: string): boolean {
    const { user, password } = this.#credentials;
    return same(Buffer.from(encoded, 'base64').toString('utf8'), `${user}:${password}`);
  }

  /** Right user, password, algorithm and resource; the nonce is only taken as it comes. */
  #digestFits(
    request: Request,
    parameters: ReadonlyMap<string, string>,
    algorithm: DigestAlgorithm,
  ): boolean {
    const get = (name: string): string => parameters.get(name) ?? '';
    const { user, password } = this.#credentials;
    const qop = parameters.get('qop');
    if (get('algorithm') !== '' && get('algorithm').toUpperCase() !== algorithm) return false;
    if (algorithm === 'SHA-256' && qop !== 'auth') return false;
    if (get('username') !== user || get('realm') !== REALM || get('uri') !== request.uri) return false;
    const expected = digestResponse({
      algorithm,
      username: user,
      realm: REALM,
      password,
      method: request.method,
      uri: request.uri,
      nonce: get('nonce'),
      ...(qop === undefined ? {} : { protection: { qop, nc: get('nc'), cnonce: get('cnonce') } }),
    });
    return same(get('response').toLowerCase(), expected);
  }
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
