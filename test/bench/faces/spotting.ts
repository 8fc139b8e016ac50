import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../../agent/installation.ts';
import type { Part, Row } from './row.ts';

const run = promisify(execFile);

/** Those figures of `replay --evaluate --json` that the rows show; agent/evaluate/README.md defines them. */
interface Evaluated {
  readonly spotting: { readonly f1: number | null };
  readonly spottingAlone: { readonly f1: number | null };
  readonly analysis: { readonly unweighted: { readonly uf1: number | null } };
  readonly falseEvents: { readonly none: { readonly events: number; readonly faceMinutes: number } };
}

/** The whole pipeline, as it ships, on the rendered films whose truth is known. */
export const spotting: Part = async ({ note }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-spotting-'));
  const rows: Row[] = [];
  try {
    for (const film of ['plant-a', 'plant-b']) {
      note(`spotting: ${film}`);
      const [scene, json] = [join(ROOT, 'test/scene', film), join(folder, `${film}.json`)];
      const evaluate = ['replay', `${scene}.mp4`, '--evaluate', `${scene}.json`, '--json', json];
      await run(process.execPath, [join(ROOT, 'dist/agent/main.js'), ...evaluate]);
      const result = JSON.parse(await readFile(json, 'utf8')) as Evaluated;
      const { events, faceMinutes } = result.falseEvents.none;
      const figure = (metric: string, value: number | null, unit = ''): Row => ({
        group: 'spotting',
        case: `synthetic, ${film}, as shipped`,
        metric,
        value,
        unit,
      });
      rows.push(
        figure('spotting F1', result.spotting.f1),
        figure('spotting F1, labels left aside', result.spottingAlone.f1),
        figure('label UF1', result.analysis.unweighted.uf1),
        figure('false events per face-minute of none', faceMinutes > 0 ? events / faceMinutes : null),
        figure('face-minutes of none', faceMinutes, 'min'),
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return rows;
};
