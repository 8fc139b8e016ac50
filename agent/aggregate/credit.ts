import {
  type Expression,
  type Label,
  type Region,
  type SlotObservation,
  windowAt,
} from '../domain/signal.ts';

export interface CreditOptions {
  /** Qualifying face time that makes one slot, milliseconds of media time. */
  readonly slotMs: number;
  /** m: most slots of one track in one window. */
  readonly slotsPerTrack: number;
  readonly windowMs: number;
  /** Slots with an event say from which region of the face it came. Default: they do not. */
  readonly regions?: boolean;
}

/** Two frames further apart than this have something between them that was not seen. */
const LONGEST_STEP_MS = 250;
/**
 * Media time that may come faster than time passes on the box: what was held back somewhere on the way. A camera whose
 * clock runs fast earns nobody more slots than that.
 */
const MOST_AHEAD_MS = 2_000;
/** An account is kept this long after its track counted last, and until the window in which it earned is over. */
const FORGET_MS = 5_000;

/** All that this step may know of a face: which track it is, and where it counts. */
interface Seen {
  readonly trackId: number;
  readonly zoneId: string;
}

/** Told of each counted slot: its track, and the media time from which (exclusive) to which it was filled. */
type OnSlot = (trackId: number, sinceMs: number, untilMs: number, label: Label) => void;

/** All that it may know of an event. */
interface Felt {
  readonly trackId: number;
  readonly label: Label;
  readonly strength: number;
  readonly region: Region;
}

interface Account {
  lastMs: number;
  sinceMs: number;
  heldMs: number;
  /** The one that names the slot. */
  strongest: Felt | undefined;
  windowStartMs: number;
  earned: number;
}

/**
 * Turns qualifying face time into slots: each holds `slotMs` of one track and the strongest event in it. A track starts
 * with nothing and earns at most `slotsPerTrack` in a window, which is what bounds a person's contribution.
 *
 * A face is credited with the time since the last frame, not since it was last seen: however its detections are torn
 * into tracks, one face earns no more time than passes, by the camera's clock and by that of the box.
 *
 * The function that it returns takes the faces and events of a frame, its media time, the wall clock, and when it arrived
 * by a clock that nobody sets.
 */
export function createCredit(options: CreditOptions, onSlot?: OnSlot) {
  const accounts = new Map<number, Account>();
  let previousMs: number | undefined;
  let previousArrivedMs: number | undefined;
  let aheadMs = MOST_AHEAD_MS;

  return (
    faces: readonly Seen[],
    events: readonly Felt[],
    ptsMs: number,
    wallMs: number,
    arrivedMs: number,
  ): SlotObservation[] => {
    const slots: SlotObservation[] = [];
    const step = ptsMs - (previousMs ?? ptsMs);
    previousMs = ptsMs;
    aheadMs = Math.min(MOST_AHEAD_MS, aheadMs + Math.max(0, arrivedMs - (previousArrivedMs ?? arrivedMs)));
    previousArrivedMs = arrivedMs;
    const passedMs = step > 0 && step <= LONGEST_STEP_MS ? Math.min(step, aheadMs) : 0;
    aheadMs -= passedMs;
    for (const face of faces) {
      let account = accounts.get(face.trackId);
      if (account === undefined) {
        account = {
          lastMs: ptsMs,
          sinceMs: ptsMs,
          heldMs: 0,
          strongest: undefined,
          windowStartMs: -1,
          earned: 0,
        };
        accounts.set(face.trackId, account);
      } else account.heldMs += passedMs;
      account.lastMs = ptsMs;
      for (const event of events)
        if (
          event.trackId === face.trackId &&
          event.label !== 'none' &&
          event.strength > (account.strongest?.strength ?? 0)
        )
          account.strongest = event;
      if (account.heldMs < options.slotMs) continue;
      const { strongest, sinceMs } = account;
      Object.assign(account, { sinceMs: ptsMs, heldMs: 0, strongest: undefined });
      const { startMs } = windowAt(wallMs, options.windowMs);
      // A clock that is set back brings no second allowance for a window.
      if (startMs > account.windowStartMs) Object.assign(account, { windowStartMs: startMs, earned: 0 });
      if (account.earned >= options.slotsPerTrack) continue;
      account.earned++;
      onSlot?.(face.trackId, sinceMs, ptsMs, strongest?.label ?? 'none');
      const filled = { zoneId: face.zoneId, earnedAtMs: Math.floor(wallMs) };
      slots.push({ ...filled, ...told(strongest, options.regions ?? false) });
    }
    // Who is followed outside the zones meanwhile comes back under the same number.
    for (const [trackId, { lastMs, windowStartMs }] of accounts)
      if (Math.abs(ptsMs - lastMs) > FORGET_MS && wallMs >= windowStartMs + options.windowMs)
        accounts.delete(trackId);
    return slots;
  };
}

/** One label, and one region at most: what one slot may add to either histogram. */
function told(strongest: Felt | undefined, regions: boolean) {
  if (strongest === undefined || strongest.label === 'none') return { label: 'none' as const };
  const label: Expression = strongest.label;
  return regions ? { label, region: strongest.region } : { label };
}
