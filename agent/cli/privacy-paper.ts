import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { defaultConfigPath, MODELS_FOLDER } from '../installation.ts';
import type { Io } from '../main.ts';
import { loadModelOf } from '../models/verify.ts';
import { factsOf } from '../privacy/papers/facts.ts';
import { html } from '../privacy/papers/html.ts';
import { LANGUAGES, paper } from '../privacy/papers/language.ts';
import { markdown } from '../privacy/papers/markdown.ts';
import type { Paper } from '../privacy/papers/paper.ts';

const FORMATS = { md: markdown, html } as const;

export const PAPER_USAGE = `micron-edge privacy notice|datasheet|dpia [CONFIG] [--lang ${Object.keys(LANGUAGES).join('|')}] [--format ${Object.keys(FORMATS).join('|')}] [--out FILE]`;

/**
 * `micron-edge privacy notice|datasheet|dpia [CONFIG]`: a paper filled from the configuration and the model's manifest.
 * Without --format it is HTML for a FILE that ends so, else Markdown. Also for a configuration that governance refuses,
 * because these papers come before the references that it asks for; they then say that they are drafts.
 */
export const privacyPaper =
  (kind: Paper['kind']) =>
  async (args: readonly string[], io: Io): Promise<number> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        lang: { type: 'string', default: 'en' },
        format: { type: 'string' },
        out: { type: 'string' },
      },
    });
    const [path = defaultConfigPath(process.env), ...rest] = positionals;
    const { lang, out } = values;
    const format = values.format ?? (out !== undefined && /\.html?$/i.test(out) ? 'html' : 'md');
    if (rest.length > 0) throw usage('one configuration at a time');
    if (!isKeyOf(LANGUAGES, lang)) throw usage(`there is no language "${lang}"`);
    if (!isKeyOf(FORMATS, format)) throw usage(`there is no format "${format}"`);
    const { config } = await loadConfig(path);
    const { modelsFolder = MODELS_FOLDER, model } = config.inference;
    const verified = await loadModelOf('micron-bert', join(modelsFolder, model));
    const text = FORMATS[format](paper(kind, lang, factsOf(config, verified, new Date())));
    if (out === undefined) io.out(text);
    else await write(out, text, io);
    return EXIT.ok;
  };

const isKeyOf = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key);

const usage = (wrong: string): OperatorError =>
  new OperatorError('config', 'usage', `privacy: ${wrong}.`, { remedy: PAPER_USAGE });

async function write(file: string, text: string, io: Io): Promise<void> {
  await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError('environment', 'file-unwritable', `${file} cannot be written (${cause.code}).`, {
      remedy: 'Name a file in a folder that is there and that you may write to.',
      cause,
    });
  });
  io.err(`Written: ${file}\n`);
}
