import { parseArgs } from 'node:util';
import { effective } from '../config/dump.ts';
import { type Loaded, loadConfig } from '../config/load.ts';
import { at, dotted } from '../config/problem.ts';
import { inspect } from '../config/referenced.ts';
import { references } from '../config/references.ts';
import { epsilonOf } from '../domain/epsilon.ts';
import { EXIT } from '../domain/errors.ts';
import { withoutSecrets } from '../domain/secrets-in-text.ts';
import { judge } from '../governance/gate.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { planBudget } from '../privacy/plan/budget.ts';
import { figure, oddsFactor } from '../privacy/plan/units.ts';

/**
 * `micron-edge check [CONFIG] [--show]`: 0 when the daemon would be allowed to start with it, 2 when it is wrong, 3
 * when governance refuses it, 4 when a file that it names is not there or not readable.
 */
export async function check(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { show: { type: 'boolean' } },
  });
  const [path = defaultConfigPath(process.env), ...rest] = positionals;
  if (rest.length > 0) {
    io.err('Usage: micron-edge check [CONFIG] [--show]\n');
    return EXIT.config;
  }
  const loaded = await loadConfig(path);
  if (values.show) io.out(effective(loaded.config));
  warnOfSecrets(loaded, io);
  warnOfBudget(loaded, io);
  warnOfRotation(loaded, io);
  const refused = reportRefusals(loaded, io);
  const lacking = await reportFiles(loaded, io);
  if (refused) return EXIT.governance;
  if (lacking) return EXIT.environment;
  // With --show, standard output is YAML that can be saved.
  (values.show ? io.err : io.out)(`fine: ${path}: ${summary(loaded)}\n`);
  return EXIT.ok;
}

function warnOfSecrets({ config, origin }: Loaded, io: Io): void {
  for (const [i, { url }] of config.cameras.entries()) {
    if (withoutSecrets(url) === url) continue;
    const path = ['cameras', i, 'url'];
    io.err(
      `warning: ${at(origin.placeOf(path))} ${dotted(path)}: holds what looks like a password; it is never shown, but whoever may read this file may read it\n`,
    );
  }
}

/** Above this, a factor in the odds is hardly a promise any more. */
const WEAK_EPSILON = 5;

function warnOfBudget({ config, origin }: Loaded, io: Io): void {
  const { aggregation, governance } = config;
  if (aggregation.noise === 'none' || governance.purpose === 'demo') return;
  const { windowsPer24h = 0, watchedPer24h } = planBudget(config);
  const epsilon = Math.min(windowsPer24h, watchedPer24h) * epsilonOf(aggregation);
  if (epsilon <= WEAK_EPSILON) return;
  io.err(
    `warning: ${at(origin.placeOf(['aggregation', 'epsilonPerDay']))} aggregation.epsilonPerDay: messages of 24 hours may cost up to epsilon ${figure(epsilon)} in a zone, a factor of ${oddsFactor(epsilon)} in the odds: no protection by itself for who is in view all day; see micron-edge privacy plan\n`,
  );
}

function warnOfRotation({ config, origin }: Loaded, io: Io): void {
  for (const [i, { rotate, analysis }] of config.cameras.entries()) {
    const { widthPx, heightPx } = analysis;
    if ((rotate !== 90 && rotate !== 270) || widthPx <= heightPx) continue;
    const path = ['cameras', i, 'rotate'];
    io.err(
      `warning: ${at(origin.placeOf(path))} ${dotted(path)}: turned by ${rotate} degrees, most pictures are higher than wide, but analysis is ${widthPx} by ${heightPx}: faces are squeezed; ${heightPx} by ${widthPx} fits a camera that sends wide ones\n`,
    );
  }
}

function reportRefusals({ config, origin }: Loaded, io: Io): boolean {
  const verdicts = judge(config, new Date());
  for (const { code, path, wrong, law, remedy } of verdicts)
    io.err(
      `refused: ${at(origin.placeOf(path))} ${dotted(path)}: ${wrong} (${code})\n  ${law}\n  ${remedy}\n`,
    );
  return verdicts.length > 0;
}

async function reportFiles({ config, origin }: Loaded, io: Io): Promise<boolean> {
  let lacking = false;
  for (const { reference, error, warning } of await Promise.all(
    references(config).map((reference) => inspect(reference, process.env)),
  )) {
    const where = `${at(origin.placeOf(reference.path))} ${dotted(reference.path)}`;
    if (warning !== undefined) io.err(`warning: ${where}: ${warning.found}\n  ${warning.remedy}\n`);
    if (error === undefined) continue;
    lacking = true;
    io.err(`missing: ${where}: ${error.message}\n  ${error.remedy ?? ''}\n`);
  }
  return lacking;
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

function summary({ config, files }: Loaded): string {
  const { cameras, governance, schedule, aggregation } = config;
  const zones = cameras.flatMap((camera) => camera.zones);
  const small = zones.filter(({ headCount }) => headCount < aggregation.minHeadCount);
  return [
    ...(files.length > 1 ? [counted(files.length, 'file')] : []),
    counted(cameras.length, 'camera'),
    counted(zones.length, 'zone') + (small.length === 0 ? '' : ` (${small.length} too small to be released)`),
    `purpose ${governance.purpose} in ${governance.jurisdiction}`,
    schedule === undefined ? 'open always' : `open by schedule (${schedule.timeZone})`,
    `a window every ${aggregation.windowS} s`,
  ].join(', ');
}
