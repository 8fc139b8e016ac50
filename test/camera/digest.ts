import { createHash } from 'node:crypto';

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** What a digest is made of; names as in RFC 2617, 3.2.2 and RFC 7616, 3.4. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Left out by servers and clients of the older RFC 2069, as most cameras are. */
  readonly protection?: { readonly qop: string; readonly nc: string; readonly cnonce: string };
}

/** request-digest (RFC 2617, 3.2.2.1 to 3.2.2.3; RFC 7616, 3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { algorithm, username, realm, password, method, uri, nonce, protection } = input;
  const hash = (...parts: string[]): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(parts.join(':'), 'utf8')
      .digest('hex');
  const ha1 = hash(username, realm, password);
  const ha2 = hash(method, uri);
  return protection === undefined
    ? hash(ha1, nonce, ha2)
    : hash(ha1, nonce, protection.nc, protection.cnonce, protection.qop, ha2);
}

/** The `name=value, name="value"` list after the word Digest. */
export function digestParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))/g))
    parameters.set(name!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain!);
  return parameters;
}
