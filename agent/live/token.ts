import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const BYTES = 32;
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A secret that opens one view once. Only its digest is kept. */
export class OneTimeToken {
  #digest: Buffer | undefined;

  private constructor(text: string) {
    this.#digest = digest(text);
  }

  /** @param random so many random bytes; for tests */
  static create(random: (bytes: number) => Buffer = randomBytes): { token: OneTimeToken; text: string } {
    const text = random(BYTES).toString('base64url');
    return { token: new OneTimeToken(text), text };
  }

  /** True once, for the right text; comparing takes the same time however much of it is right. */
  take(text: string): boolean {
    if (this.#digest === undefined || !timingSafeEqual(this.#digest, digest(text))) return false;
    this.#digest = undefined;
    return true;
  }
}
