/** Process exit codes of `micron-edge`; documented in `--help`. */
export const EXIT = { ok: 0, failed: 1, config: 2, governance: 3, environment: 4 } as const;

export type Fault = Exclude<keyof typeof EXIT, 'ok'>;

/**
 * An error that an operator can act on. `message` says what is wrong, `remedy` what to do about it; neither may
 * contain a credential. `fault` decides the exit code. Everything else that is thrown is a defect of ours.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
  readonly fault: Fault;
  readonly code: string;
  readonly remedy: string | undefined;

  constructor(
    fault: Fault,
    code: string,
    message: string,
    options: { remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    this.code = code;
    this.remedy = options.remedy;
  }
}

export const exitCodeOf = (error: unknown): number =>
  error instanceof OperatorError ? EXIT[error.fault] : EXIT.failed;
