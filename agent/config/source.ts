import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { OperatorError } from '../domain/errors.ts';
import type { Place, Problem } from './problem.ts';
import { syntaxProblem } from './syntax.ts';

/** A configuration is a few kilobytes; more than this is a mistake (a log, a video) and is not parsed. */
export const LARGEST_BYTES = 1024 * 1024;

/** One parsed file. `document` is of use only when `problems` is empty. */
export interface Source {
  readonly file: string;
  readonly document: Document;
  readonly problems: readonly Problem[];
  /** Of a character offset in the file. */
  place(offset: number): Place;
}

const missing = (message: string, remedy: string, cause?: unknown): OperatorError =>
  new OperatorError('config', 'config-missing', message, { remedy, cause });

const unreadable = (message: string, remedy: string, cause?: unknown): OperatorError =>
  new OperatorError('config', 'config-unreadable', message, { remedy, cause });

function failed(path: string, cause: unknown): OperatorError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return missing(
      `There is no configuration at ${path}.`,
      'Name a YAML file or a folder of them, or start from config/micron-edge.example.yaml.',
      cause,
    );
  if (code === 'EACCES')
    return unreadable(
      `You may not read ${path}.`,
      `As a person: sudo micron-edge ... For the service: chgrp micron-edge ${path}, and chmod g+r (a folder: g+rx).`,
      cause,
    );
  return unreadable(
    `${path} cannot be read (${code ?? 'unknown error'}).`,
    'Is the disk well, and is this a file or a folder?',
    cause,
  );
}

/**
 * The YAML files that make up the configuration at `path`: the file itself, or those of the folder, by name.
 * Hidden files (editors' backups) do not count.
 * @throws OperatorError config-missing, config-unreadable
 */
async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch((error) => Promise.reject(failed(path, error)));
  if (!found.isDirectory()) return [path];
  const names = await readdir(path).catch((error) => Promise.reject(failed(path, error)));
  const files = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  if (files.length === 0)
    throw missing(
      `There is no .yaml file in the folder ${path}.`,
      `"micron-edge setup --out ${join(path, 'micron-edge.yaml')}" writes one.`,
    );
  return files.map((name) => join(path, name));
}

async function textOf(file: string): Promise<string> {
  const found = await stat(file).catch((error) => Promise.reject(failed(file, error)));
  // Reading a pipe or a device could wait for ever or never end.
  if (!found.isFile()) throw unreadable(`${file} is not an ordinary file.`, 'Name a YAML file.');
  if (found.size > LARGEST_BYTES)
    throw unreadable(
      `${file} has ${found.size} bytes; a configuration has at most ${LARGEST_BYTES}.`,
      'Is this the right file?',
    );
  const bytes = await readFile(file).catch((error) => Promise.reject(failed(file, error)));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(`${file} is not UTF-8 text.`, 'Save it as UTF-8.', cause);
  }
}

/** YAML 1.2 with string keys, each once; no merge keys. Nothing is thrown for wrong YAML: see `problems`. */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
    merge: false,
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = [...document.errors, ...document.warnings].map((error) =>
    syntaxProblem(error, place(error.pos[0])),
  );
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit && version !== '1.2')
    problems.push({
      place: place(0),
      path: [],
      wrong: `asks for YAML ${version}, in which "yes" and "no" are not text`,
      allowed: 'leave the %YAML line out',
    });
  return { file, document, problems, place };
}

/**
 * Reads and parses the configuration at `path`.
 * @throws OperatorError config-missing, config-unreadable
 */
export async function readSources(path: string): Promise<Source[]> {
  const files = await filesAt(path);
  const sources = await Promise.all(files.map(async (file) => parseSource(file, await textOf(file))));
  const empty = sources.every(
    ({ document, problems }) => document.contents === null && problems.length === 0,
  );
  if (empty)
    throw missing(`The configuration at ${path} is empty.`, 'Start from config/micron-edge.example.yaml.');
  return sources;
}
