/** What a camera wants to know. Travels from a secret file through IPC into a pipe; never into argv, log or message. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}
