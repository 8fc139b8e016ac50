import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../domain/errors.ts';
import { type FileEntry, type Manifest, manifestSchema } from './manifest.ts';

export interface VerifiedModel<M extends Manifest = Manifest> {
  readonly manifest: M;
  /** SHA-256 of the manifest's bytes. The manifest names every file's hash, so this one number stands for all of them. */
  readonly hash: string;
  /** The very bytes whose hashes were checked, by role, so that a file changed afterwards cannot slip in. */
  readonly files: Readonly<Record<string, Buffer>>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function read(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(
      'environment',
      'model-missing',
      `The ${what} cannot be read: ${path} (${code ?? 'unknown error'}).`,
      {
        remedy: 'Install the model folder whole, or run `npm run setup` to have the shipped ones built.',
        cause,
      },
    );
  }
}

function parse(bytes: Buffer, path: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new OperatorError('environment', 'manifest-invalid', `${path} is not JSON.`, {
      remedy: 'Install the model folder again.',
      cause,
    });
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  throw new OperatorError(
    'environment',
    'manifest-invalid',
    `${path} is not a model manifest:\n${z.prettifyError(result.error)}`,
    { remedy: 'Install the model folder again, or correct the manifest of your own model.' },
  );
}

/** Whether a file is the one of the manifest. A file cut short is the commonest fault and nobody's crime, so it is told apart. */
function requireSame(content: Buffer, entry: FileEntry, key: string, folder: string): void {
  const path = join(folder, entry.file);
  const wrong = `${path} is not the file that its manifest names: `;
  if (content.length < entry.bytes)
    throw new OperatorError(
      'environment',
      'model-truncated',
      `${wrong}it has ${content.length} bytes, ${key}.bytes says ${entry.bytes}.`,
      { remedy: 'It was not copied whole. Install the model folder again.' },
    );
  const found = sha256(content);
  if (content.length !== entry.bytes || found !== entry.sha256)
    throw new OperatorError(
      'environment',
      'model-tampered',
      `${wrong}its SHA-256 is ${found}, ${key}.sha256 says ${entry.sha256}.`,
      { remedy: 'Do not run it. Install the model folder again from a source that you trust.' },
    );
}

/**
 * Reads a model folder and checks every file against its manifest.
 *
 * @throws OperatorError `model-missing`, `manifest-invalid`, `model-truncated` or `model-tampered`, all exit code 4
 */
export async function loadModel(folder: string): Promise<VerifiedModel> {
  const path = join(folder, 'manifest.json');
  const bytes = await read(path, 'manifest');
  const manifest = parse(bytes, path);
  const files: Record<string, Buffer> = {};
  for (const [role, entry] of Object.entries(manifest.files)) {
    const content = await read(join(folder, entry.file), role);
    requireSame(content, entry, `files.${role}`, folder);
    files[role] = content;
  }
  return { manifest, hash: sha256(bytes), files };
}

/** The same for a model of a given kind. @throws OperatorError `model-kind` when it is another */
export async function loadModelOf<K extends Manifest['kind']>(
  kind: K,
  folder: string,
): Promise<VerifiedModel<Extract<Manifest, { kind: K }>>> {
  const model = await loadModel(folder);
  if (model.manifest.kind === kind) return model as VerifiedModel<Extract<Manifest, { kind: K }>>;
  throw new OperatorError(
    'config',
    'model-kind',
    `${folder} holds a ${model.manifest.kind} model where a ${kind} model is needed.`,
    { remedy: 'Correct inference.model or inference.modelsFolder.' },
  );
}

export type Verification =
  | { readonly ok: true; readonly folder: string; readonly model: VerifiedModel }
  | { readonly ok: false; readonly folder: string; readonly error: OperatorError };

/** Every folder below `parent` that has a manifest, in name order. @throws OperatorError `model-missing` when none has */
export async function verifyAll(parent: string): Promise<Verification[]> {
  const results: Verification[] = [];
  let entries: string[];
  try {
    entries = (await readdir(parent, { recursive: true })).filter((path) =>
      /(^|\/)manifest\.json$/.test(path),
    );
  } catch (cause) {
    throw new OperatorError('environment', 'model-missing', `${parent} cannot be read.`, { cause });
  }
  for (const entry of entries.sort()) {
    const folder = join(parent, entry, '..');
    try {
      results.push({ ok: true, folder, model: await loadModel(folder) });
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      results.push({ ok: false, folder, error });
    }
  }
  if (results.length > 0) return results;
  throw new OperatorError('environment', 'model-missing', `There is no model in ${parent}.`, {
    remedy: 'Name the folder that holds model folders, each with a manifest.json.',
  });
}
