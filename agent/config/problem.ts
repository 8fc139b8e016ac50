import { OperatorError } from '../domain/errors.ts';

/** Keys and list indexes from the root of the configuration to a value. */
export type Path = readonly (string | number)[];

/** Line and column count from 1, as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong. Neither text may contain a secret. */
export interface Problem {
  readonly place: Place;
  readonly path: Path;
  readonly wrong: string;
  readonly allowed?: string | undefined;
}

export const at = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** A key as it may be printed: a key with "@" or "://" in it may be an address with a password, so it is not. */
export const shownKey = (key: string): string =>
  /^[\w.-]{1,60}$/.test(key)
    ? key
    : /@|:\/\//.test(key) || key.length > 60
      ? '(a key not shown)'
      : `"${printable(key)}"`;

/** Without control and formatting characters, which could rewrite the operator's terminal. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '?');

/** `cameras[0].zones[1].id` */
export const dotted = (path: Path): string =>
  path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${shownKey(step)}`))
    .join('');

const line = ({ place, path, wrong, allowed }: Problem): string =>
  `${at(place)} ${path.length === 0 ? '' : `${dotted(path)}: `}${wrong}${allowed === undefined ? '' : `; ${allowed}`}`;

const order = (a: Problem, b: Problem): number =>
  a.place.file === b.place.file
    ? a.place.line - b.place.line || a.place.column - b.place.column
    : a.place.file < b.place.file
      ? -1
      : 1;

/** The configuration was read and is not right. The message lists every problem, one a line, in the order of the file. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(path: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort(order);
    const count = sorted.length === 1 ? 'one problem' : `${sorted.length} problems`;
    super('config', 'config-invalid', `${path} has ${count}:\n${sorted.map(line).join('\n')}`, {
      remedy:
        'config/micron-edge.example.yaml explains every key; `micron-edge check` tries a configuration out.',
    });
    this.problems = sorted;
  }
}
