import { type Label, type SlotObservation, windowAt } from '../domain/signal.ts';

export interface CreditOptions {
  /** Qualifying face time that makes one slot, milliseconds of media time. */
  readonly slotMs: number;
  /** m: most slots of one track in one window. */
  readonly slotsPerTrack: number;
  readonly windowMs: number;
}

/** Two frames further apart than this have something between them that was not seen. */
const LONGEST_STEP_MS = 250;
/** An account is kept this long after its track counted last, and until the window in which it earned is over. */
const FORGET_MS = 5_000;

/** All that this step may know of a face: which track it is, and where it counts. */
interface Seen {
  readonly trackId: number;
  readonly zoneId: string;
}

/** Told of each counted slot: its track, and the media time from which (exclusive) to which it was filled. */
type OnSlot = (trackId: number, sinceMs: number, untilMs: number, label: Label) => void;

interface Account {
  lastMs: number;
  sinceMs: number;
  heldMs: number;
  label: Label;
  strength: number;
  windowStartMs: number;
  earned: number;
}

/**
 * Turns qualifying face time into slots: each holds `slotMs` of one track and the strongest event in it. A track starts
 * with nothing and earns at most `slotsPerTrack` in a window, which is what bounds a person's contribution.
 *
 * A face is credited with the time since the last frame, not since it was last seen: however its detections are torn
 * into tracks, one face earns no more time than passes.
 */
export function createCredit(options: CreditOptions, onSlot?: OnSlot) {
  const accounts = new Map<number, Account>();
  let previousMs: number | undefined;

  return (
    faces: readonly Seen[],
    events: readonly { readonly trackId: number; readonly label: Label; readonly strength: number }[],
    ptsMs: number,
    wallMs: number,
  ): SlotObservation[] => {
    const slots: SlotObservation[] = [];
    const step = ptsMs - (previousMs ?? ptsMs);
    const passedMs = step > 0 && step <= LONGEST_STEP_MS ? step : 0;
    previousMs = ptsMs;
    for (const face of faces) {
      let account = accounts.get(face.trackId);
      if (account === undefined) {
        account = {
          lastMs: ptsMs,
          sinceMs: ptsMs,
          heldMs: 0,
          label: 'none',
          strength: 0,
          windowStartMs: -1,
          earned: 0,
        };
        accounts.set(face.trackId, account);
      } else account.heldMs += passedMs;
      account.lastMs = ptsMs;
      for (const event of events)
        if (event.trackId === face.trackId && event.label !== 'none' && event.strength > account.strength) {
          account.label = event.label;
          account.strength = event.strength;
        }
      if (account.heldMs < options.slotMs) continue;
      const { label, sinceMs } = account;
      Object.assign(account, { sinceMs: ptsMs, heldMs: 0, label: 'none', strength: 0 });
      const { startMs } = windowAt(wallMs, options.windowMs);
      // A clock that is set back brings no second allowance for a window.
      if (startMs > account.windowStartMs) Object.assign(account, { windowStartMs: startMs, earned: 0 });
      if (account.earned >= options.slotsPerTrack) continue;
      account.earned++;
      onSlot?.(face.trackId, sinceMs, ptsMs, label);
      slots.push({ zoneId: face.zoneId, earnedAtMs: Math.floor(wallMs), label });
    }
    // Who is followed outside the zones meanwhile comes back under the same number.
    for (const [trackId, { lastMs, windowStartMs }] of accounts)
      if (Math.abs(ptsMs - lastMs) > FORGET_MS && wallMs >= windowStartMs + options.windowMs)
        accounts.delete(trackId);
    return slots;
  };
}
