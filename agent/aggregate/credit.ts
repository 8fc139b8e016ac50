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
/** A track unseen for this long has ended; ids are never used again. */
const FORGET_MS = 5_000;

/** All that this step may know of a face: which track it is, and where it counts. */
interface Seen {
  readonly trackId: number;
  readonly zoneId: string;
}

interface Account {
  lastMs: number;
  heldMs: number;
  label: Label;
  strength: number;
  windowStartMs: number;
  earned: number;
}

/**
 * Turns qualifying face time into slots: each holds `slotMs` of one track and the strongest event in it. A track starts
 * with nothing and earns at most `slotsPerTrack` in a window, which is what bounds a person's contribution.
 */
export function createCredit(options: CreditOptions) {
  const accounts = new Map<number, Account>();

  return (
    faces: readonly Seen[],
    events: readonly { readonly trackId: number; readonly label: Label; readonly strength: number }[],
    ptsMs: number,
    wallMs: number,
  ): SlotObservation[] => {
    const slots: SlotObservation[] = [];
    for (const face of faces) {
      let account = accounts.get(face.trackId);
      if (account === undefined) {
        account = { lastMs: ptsMs, heldMs: 0, label: 'none', strength: 0, windowStartMs: -1, earned: 0 };
        accounts.set(face.trackId, account);
      }
      const step = ptsMs - account.lastMs;
      account.lastMs = ptsMs;
      if (step > 0 && step <= LONGEST_STEP_MS) account.heldMs += step;
      for (const event of events)
        if (event.trackId === face.trackId && event.label !== 'none' && event.strength > account.strength) {
          account.label = event.label;
          account.strength = event.strength;
        }
      if (account.heldMs < options.slotMs) continue;
      const { label } = account;
      Object.assign(account, { heldMs: 0, label: 'none', strength: 0 });
      const { startMs } = windowAt(wallMs, options.windowMs);
      if (startMs !== account.windowStartMs) Object.assign(account, { windowStartMs: startMs, earned: 0 });
      if (account.earned >= options.slotsPerTrack) continue;
      account.earned++;
      slots.push({ zoneId: face.zoneId, earnedAtMs: Math.floor(wallMs), label });
    }
    for (const [trackId, { lastMs }] of accounts)
      if (Math.abs(ptsMs - lastMs) > FORGET_MS) accounts.delete(trackId);
    return slots;
  };
}
