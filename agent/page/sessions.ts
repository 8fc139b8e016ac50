import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A shift and what comes before and after it. */
const SESSION_MS = 12 * 3_600_000;
const MOST_SESSIONS = 32;
/** Logins that may fail in a row before each further one has to wait. */
const FREE_FAILURES = 5;
const PENALTY_MS = 2_000;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Who may look on: whoever had the login token, until their session ends. Nothing that opens a door is kept as it is. */
export class Sessions {
  readonly #token: Buffer;
  readonly #upMs: () => number;
  /** By SHA-256, in hexadecimal; until when, in time of `upMs`. Oldest first. */
  readonly #sessions = new Map<string, number>();
  #failures = 0;
  #blockedUntilMs = 0;
  #denied = 0;

  constructor(tokenSha256: string, upMs: () => number) {
    this.#token = Buffer.from(tokenSha256, 'hex');
    this.#upMs = upMs;
  }

  /** The secret of a new session, why there is none otherwise. */
  open(token: string): { readonly secret: string; readonly seconds: number } | 'wrong' | 'too-often' {
    const now = this.#upMs();
    if (now < this.#blockedUntilMs) return 'too-often';
    if (!timingSafeEqual(sha256(token), this.#token)) {
      this.#denied++;
      if (++this.#failures >= FREE_FAILURES) this.#blockedUntilMs = now + PENALTY_MS;
      return 'wrong';
    }
    this.#failures = 0;
    const secret = randomBytes(32).toString('base64url');
    this.#sessions.set(sha256(secret).toString('hex'), now + SESSION_MS);
    if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
    return { secret, seconds: SESSION_MS / 1000 };
  }

  isOpen(secret: string): boolean {
    const key = sha256(secret).toString('hex');
    const untilMs = this.#sessions.get(key);
    if (untilMs === undefined) return false;
    if (this.#upMs() < untilMs) return true;
    this.#sessions.delete(key);
    return false;
  }

  close(secret: string): void {
    this.#sessions.delete(sha256(secret).toString('hex'));
  }

  /** Logins that failed since the last call. */
  takeDenied(): number {
    const denied = this.#denied;
    this.#denied = 0;
    return denied;
  }
}
