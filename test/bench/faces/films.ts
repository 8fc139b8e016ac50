import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../agent/installation.ts';

/** The films that come with the repository, without their endings. */
export const shippedFilms = (): string[] =>
  ['plant-a', 'plant-b'].map((name) => join(ROOT, 'test/scene', name));

/** Rendered films with their truth in a folder, without their endings. */
export const filmsOf = (folder: string | undefined): string[] =>
  folder === undefined
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith('.mp4') && existsSync(join(folder, name.replace(/mp4$/, 'json'))))
        .sort()
        .map((name) => join(folder, name.slice(0, -'.mp4'.length)));
