import type { ChildProcess } from 'node:child_process';

/** A camera from this moment on, as the daemon's log has it. */
export interface CameraState {
  readonly atMs: number;
  readonly camera: string;
  readonly state: string;
  readonly code?: string | undefined;
}

export interface CaptureState {
  readonly atMs: number;
  readonly state: string;
}

/** What the daemon says in its log, as timelines. Wall clock, milliseconds. */
export class Journal {
  readonly cameras: CameraState[] = [];
  readonly captures: CaptureState[] = [];
  /** Every message but those above, with its code where it has one, and when. */
  readonly others: { readonly atMs: number; readonly text: string }[] = [];
  /** What is no line of a log: a daemon that says such things is broken. */
  readonly foreign: string[] = [];

  follow({ stdout, stderr }: ChildProcess): void {
    for (const stream of [stdout!, stderr!]) {
      let rest = '';
      stream.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) this.#note(line);
      });
    }
  }

  /** The last word about a camera. */
  of(camera: string): CameraState | undefined {
    return this.cameras.findLast((each) => each.camera === camera);
  }

  #note(line: string): void {
    let said: Readonly<Record<string, unknown>>;
    try {
      said = JSON.parse(line);
    } catch {
      this.foreign.push(line);
      return;
    }
    const atMs = Date.parse(String(said.time));
    const { msg, camera, state, code } = said as Record<string, string | undefined>;
    if (msg === 'camera') this.cameras.push({ atMs, camera: camera!, state: state!, code });
    else if (msg === 'capture') this.captures.push({ atMs, state: (said.capture as CaptureState).state });
    else this.others.push({ atMs, text: [code, msg].filter(Boolean).join(': ') });
  }
}
