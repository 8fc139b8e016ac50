import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../agent/config/load.ts';
import { OperatorError } from '../../agent/domain/errors.ts';

/** A folder with these files, gone when the scope ends. */
export async function written(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await mkdtemp(join(tmpdir(), 'micron-edge-config-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A configuration that is right, to be made wrong by tests. */
export const GOOD = `node:
  id: box
governance:
  purpose: demo
  jurisdiction: EU
mqtt:
  url: mqtt://127.0.0.1:1883
  baseTopic: acme/leipzig
cameras:
  - id: cam
    url: file:///recordings/a.mp4
    zones:
      - id: left
        polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
        headCount: 6
      - id: right
        polygon: [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
        headCount: 6
`;

/** `GOOD` with some text replaced; throws when the text is not there, because then the test would test nothing. */
export function good(...changes: readonly (readonly [from: string, to: string])[]): string {
  let text = GOOD;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`not in the configuration: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

export async function configOf(text: string) {
  await using place = await written({ 'c.yaml': text });
  return (await loadConfig(join(place.folder, 'c.yaml'))).config;
}

export async function errorOf(work: Promise<unknown>): Promise<OperatorError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The problem lines for this text, with the folder cut off. */
export async function problemsOf(text: string): Promise<string[]> {
  await using place = await written({ 'c.yaml': text });
  const error = await errorOf(loadConfig(join(place.folder, 'c.yaml')));
  return error.message.replaceAll(`${place.folder}/`, '').split('\n').slice(1);
}
