import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { headCounts } from '../config/zones.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { chartOf } from '../privacy/plan/chart.ts';
import { type Plan, planFor, type Question } from '../privacy/plan/plan.ts';
import { report } from '../privacy/plan/report.ts';
import { mostPerPerson } from '../privacy/plan/slots.ts';
import { svgPlot } from '../privacy/plan/svg-plot.ts';

const OPTIONS = {
  zone: { type: 'string', multiple: true },
  rise: { type: 'string', default: '10' },
  share: { type: 'string', default: '5' },
  slots: { type: 'string' },
  json: { type: 'boolean' },
  svg: { type: 'string' },
  png: { type: 'string' },
} as const;

export const PLAN_USAGE =
  'micron-edge privacy plan [CONFIG] [--zone Z]... [--rise 10] [--share 5] [--slots N] [--json] [--svg FILE] [--png FILE]';

/** Columns of a terminal that does not say. */
const NARROW = 80;

/** `micron-edge privacy plan [CONFIG]`: how wrong the numbers will be, what the budget pays for, what would change it. */
export async function privacyPlan(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [path = defaultConfigPath(process.env), ...rest] = positionals;
  if (rest.length > 0) throw usage('one configuration at a time');
  const { config } = await loadConfig(path);
  const zones = values.zone ?? [];
  const known = [...headCounts(config).keys()];
  for (const zone of zones)
    if (!known.includes(zone)) throw usage(`there is no zone "${zone}"; there are ${known.join(', ')}`);
  const plan = planFor(config, questionFrom(values, config), zones);

  io.out(values.json ? `${JSON.stringify(plan, null, 2)}\n` : report(plan, process.stdout.columns ?? NARROW));
  for (const kind of ['svg', 'png'] as const) {
    const file = values[kind];
    if (file === undefined) continue;
    await writePicture(kind, file, plan);
    io.err(`Written: ${file}\n`);
  }
  return EXIT.ok;
}

const usage = (wrong: string): OperatorError =>
  new OperatorError('config', 'usage', `privacy plan: ${wrong}.`, { remedy: PLAN_USAGE });

function questionFrom(
  values: { rise: string; share: string; slots?: string | undefined },
  { aggregation }: Config,
): Question {
  const number = (name: 'rise' | 'share' | 'slots', text: string, least: number, most: number) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw usage(`--${name} takes a number from ${least} to ${most}, not "${text}"`);
  };
  const from = number('share', values.share, 0, 99);
  const rise = number('rise', values.rise, 0.1, 100 - from);
  const { slots } = values;
  return {
    rise: { from: from / 100, to: (from + rise) / 100 },
    perPerson: slots === undefined ? undefined : number('slots', slots, 0.01, mostPerPerson(aggregation)),
  };
}

async function writePicture(kind: 'svg' | 'png', file: string, plan: Plan): Promise<void> {
  const chart = chartOf(plan);
  if (chart === undefined)
    throw new OperatorError('config', 'nothing-to-draw', 'There is no noise, or no zone, to draw.');
  const svg = svgPlot(chart);
  const content = kind === 'svg' ? svg : await pngOf(svg);
  await writeFile(file, content).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError('environment', 'file-unwritable', `${file} cannot be written (${cause.code}).`, {
      cause,
    });
  });
}

/** Twice the size of the drawing, for paper. */
async function pngOf(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}
