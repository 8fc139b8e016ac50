import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { VERSION } from '../installation.ts';
import type { Io } from '../main.ts';
import { rootOf } from '../publish/topics.ts';
import { tablesOf } from '../report/csv.ts';
import { Calendar } from '../report/gather/calendar.ts';
import { NodeRecords } from '../report/gather/node.ts';
import { page } from '../report/html/page.ts';
import { type Reading, readRecordings } from '../report/read/recordings.ts';
import { type Report, reportOn } from '../report/report.ts';
import { LANGUAGES } from '../report/words/words.ts';

const USAGE = `micron-edge report RECORDING... [--config CONFIG]... [--lang ${Object.keys(LANGUAGES).join('|')}] [--out report.html] [--csv FOLDER]`;

const usage = (wrong: string): OperatorError =>
  new OperatorError('config', 'usage', `report: ${wrong}.`, { remedy: USAGE });

/**
 * `micron-edge report RECORDING...`: what came of it, from what was recorded off MQTT. Each --config belongs to the node
 * that it names, and brings zone names, time zone and definitions of success.
 */
export async function report(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string', multiple: true, default: [] },
      lang: { type: 'string', default: 'en' },
      out: { type: 'string' },
      csv: { type: 'string' },
    },
  });
  const { lang, out, csv } = values;
  if (positionals.length === 0) throw usage('no recording is named');
  if (!Object.hasOwn(LANGUAGES, lang)) throw usage(`there is no language "${lang}"`);
  const configs = new Map<string, Config>();
  for (const path of values.config) {
    const { config } = await loadConfig(path);
    configs.set(rootOf({ baseTopic: config.mqtt.baseTopic, node: config.node.id }), config);
  }
  const configOf = (root: string): Config | undefined =>
    // A recording without topics knows nodes by their names alone.
    configs.get(root) ?? [...configs].find(([each]) => each.endsWith(`/${root}`))?.[1];
  const made = await make(positionals, configOf);
  for (const root of configs.keys())
    if (!made.sites.some((site) => root === site.root || root.endsWith(`/${site.root}`)))
      io.err(`Of ${root} nothing was recorded: its configuration is not used.\n`);
  for (const reading of made.readings) tellUnused(reading, io);

  if (out === undefined && csv === undefined) io.out(page(made, LANGUAGES[lang as keyof typeof LANGUAGES]));
  if (out !== undefined) await write(out, page(made, LANGUAGES[lang as keyof typeof LANGUAGES]), io);
  if (csv !== undefined) {
    await mkdir(csv, { recursive: true }).catch((cause) => {
      throw unwritable(csv, cause);
    });
    for (const [name, text] of tablesOf(made)) await write(join(csv, name), text, io);
  }
  return EXIT.ok;
}

/** @throws OperatorError recording-*, also when there is no signal in the recordings */
async function make(
  recordings: readonly string[],
  configOf: (root: string) => Config | undefined,
): Promise<Report> {
  const records = new NodeRecords((root) => new Calendar(configOf(root)?.schedule?.timeZone ?? 'UTC'));
  const readings = await readRecordings(recordings, (heard) => records.take(heard));
  const sources = [...records.byRoot]
    .filter(([, { zones }]) => zones.size > 0)
    .map(([root, record]) => ({ record, config: configOf(root) }));
  const unused = readings.flatMap((reading) =>
    [...reading.unused].map(([why, { times }]) => `${times} ${why}`),
  );
  const also = unused.length === 0 ? '' : ` Lines that were not used: ${unused.join(', ')}.`;
  if (sources.length === 0)
    throw new OperatorError(
      'config',
      'recording-without-signals',
      `No signal of any zone was recorded.${also}`,
      {
        remedy:
          'Was it recorded for longer than one window, with a login that may read zone/+/signal? Status and health alone make no report.',
      },
    );
  return reportOn(sources, readings, new Date(), VERSION);
}

function tellUnused({ file, unused, newer }: Reading, io: Io): void {
  for (const [why, { times, firstLine }] of unused)
    io.err(`${file}: ${times} of its lines not used: ${why} (first: line ${firstLine})\n`);
  if (newer > 0)
    io.err(`${file}: ${newer} messages have fields of a newer version; they were used without these\n`);
}

const unwritable = (path: string, cause: unknown): OperatorError =>
  new OperatorError(
    'environment',
    'file-unwritable',
    `${path} cannot be written (${(cause as NodeJS.ErrnoException).code}).`,
    { remedy: 'Name a file or folder that you may write to, with room for it.', cause },
  );

/** All of it or nothing: what stops half-way leaves what was there before. */
async function write(path: string, text: string, io: Io): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw unwritable(path, cause);
  }
  io.err(`Written: ${path}\n`);
}
