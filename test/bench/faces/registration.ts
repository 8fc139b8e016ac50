import { headScene, tremble } from '../../support/head-scenes.ts';
import { measureRegistration, REGISTRATION_CASES, TREMBLE_PX } from '../../support/registered.ts';
import { leftOfTurns } from '../../support/turning-heads.ts';
import type { Part, Row } from './row.ts';

/**
 * How far landmarks move within the crops of an analysis window (1.28 s): with crops cut by each picture's landmarks, as
 * the detector trembles, and with registration on the pixels. Rendered heads of 120 px, sensor noise of 2 levels; where
 * the skull truly is, is known.
 */
export const registration: Part = async ({ note }) => {
  const rows: Row[] = [];
  for (const [name, scene] of REGISTRATION_CASES) {
    note(`registration: ${name}`);
    const shown = headScene(scene);
    const { before, after, estimated } = measureRegistration(
      shown,
      tremble(shown, TREMBLE_PX, scene.seed + 100),
    );
    const figure = (metric: string, value: number): Row => ({
      group: 'registration',
      case: `synthetic, ${name}`,
      metric,
      value,
      unit: 'px',
    });
    rows.push(
      figure('motion left, landmarks alone', before),
      figure('motion left, registered', after),
      figure('as it estimates it', estimated),
    );
  }
  for (const film of ['plant-a', 'plant-b'] as const) {
    note(`registration: heads that turn, ${film}`);
    const left = await leftOfTurns(film, 21);
    for (const [metric, value] of [
      ['by landmarks', left.landmarks],
      ['as shipped', left.registered],
    ] as const)
      rows.push({
        group: 'registration',
        case: `synthetic ${film}, heads that turn`,
        metric,
        value,
        unit: 'px in 0.2 s',
      });
  }
  return rows;
};
