/** The clocks of the machine, passed in so that a test can set them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. Anybody may step it in either direction at any time. */
  wallMs(): number;
  /** Milliseconds since the machine was started, the same for all its processes. Never goes back. */
  upMs(): number;
  /** Names the start that `upMs` counts from. */
  readonly boot: string;
}
