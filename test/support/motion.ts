import { seeded } from './random.ts';

/** Where the head is, picture px from the middle, degrees, and how near. */
export interface Motion {
  readonly x: number;
  readonly y: number;
  readonly turnDeg: number;
  readonly zoom?: number;
}

/**
 * A head that sways in waves, at most `stepPx` and `stepDeg` from frame to frame, and reaches both.
 */
export function sway(frames: number, stepPx: number, stepDeg: number, seed: number): Motion[] {
  const random = seeded(seed);
  const wave = () => {
    const parts = [30, 19, 12].map((period) => ({
      period: period * (0.9 + 0.2 * random()),
      phase: 2 * Math.PI * random(),
      size: period,
    }));
    return (t: number) =>
      parts.reduce((sum, p) => sum + p.size * Math.sin((2 * Math.PI * t) / p.period + p.phase), 0);
  };
  const [x, y, turn] = [wave(), wave(), wave()];
  const at = Array.from({ length: frames }, (_, t) => ({ x: x(t), y: 0.6 * y(t), turnDeg: turn(t) }));
  const steps = at
    .slice(1)
    .map(
      (m, i) => [Math.hypot(m.x - at[i]!.x, m.y - at[i]!.y), Math.abs(m.turnDeg - at[i]!.turnDeg)] as const,
    );
  const most = Math.max(...steps.map(([px]) => px));
  const mostDeg = Math.max(...steps.map(([, deg]) => deg));
  return at.map((m) => ({
    x: (m.x * stepPx) / most,
    y: (m.y * stepPx) / most,
    turnDeg: (m.turnDeg * stepDeg) / mostDeg,
  }));
}
