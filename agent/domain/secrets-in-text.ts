/** Parts of a key that make its value a credential. Rather one too many: what is hidden by mistake does no harm. */
const CREDENTIAL =
  /user|usr|login|account|pass|pwd|psw|secret|token|auth|cred|session|signature|api-?key|^(?:key|pw|pin|sid|sig|jwt)$/i;

/** `key=value` in a query, or in a path as some cameras have it; a value goes up to the next "&" or blank. */
const PAIR = /([A-Za-z0-9%.[\]-]+)=([^&\s]*)/g;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * `text` with `***` for user and password in front of the host of any address in it, and for the value of every key
 * that names a credential (`?user=admin&pwd=...`, `/user=admin_password=..._channel=1`).
 */
export function withoutSecrets(text: string): string {
  return pairsHidden(text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, '$1***@'));
}

const pairsHidden = (text: string): string =>
  text.replaceAll(PAIR, (_, key: string, value: string) =>
    CREDENTIAL.test(decoded(key)) ? `${key}=***` : `${key}=${pairsHidden(value)}`,
  );
