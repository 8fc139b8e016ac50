import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../domain/errors.ts';

/**
 * Where a build of ONNX Runtime for this very box lies. Not in `node_modules`, which `npm ci` and an upgrade of the package
 * write anew; below /usr, because the unit runs nothing from elsewhere (ExecPaths=).
 */
export const OVERLAY_FOLDER = '/usr/local/lib/micron-edge/onnxruntime';
const MANIFEST = 'onnxruntime.json';
export const BINDING = 'onnxruntime_binding.node';

const manifestSchema = z.strictObject({
  version: z.string(),
  platform: z.string(),
  arch: z.string(),
  /** The binding hands options on to TensorRT: it was built with our patch. */
  tensorrtOptions: z.boolean(),
  /** File names and their SHA-256. */
  files: z
    .record(z.string().regex(/^[\w.+-]+$/), z.string().regex(/^[0-9a-f]{64}$/))
    .refine((files) => BINDING in files, `${BINDING} is not among them`),
  /** What it was built from and for; for people. */
  built: z.record(z.string(), z.string()),
});

export interface Overlay {
  readonly folder: string;
  readonly tensorrtOptions: boolean;
  readonly built: Readonly<Record<string, string>>;
}

/** What it must fit: the JavaScript of the package speaks to a binding of its own version only. */
export interface Fitting {
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
}

const refuse = (message: string, remedy: string): never => {
  throw new OperatorError('environment', 'runtime-overlay', message, { remedy });
};
const REBUILD =
  'Build it again with deploy/jetson/build.sh, or move the folder away to run on what npm installed.';

function sha256(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk))
      hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/**
 * The build in `$MICRON_EDGE_ONNXRUNTIME` or the usual folder, every file checked; undefined when there is none. One that
 * is there and not right is never passed over: that would be a silent fall back to the CPU.
 *
 * @throws OperatorError runtime-overlay (exit code 4)
 */
export function findOverlay(env: NodeJS.ProcessEnv, fitting: Fitting): Overlay | undefined {
  const named = env.MICRON_EDGE_ONNXRUNTIME;
  const folder = named ?? OVERLAY_FOLDER;
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) {
    if (named === undefined) return undefined;
    return refuse(`There is no ${path}, and MICRON_EDGE_ONNXRUNTIME names that folder.`, REBUILD);
  }
  const manifest = read(path);
  for (const key of ['version', 'platform', 'arch'] as const)
    if (manifest[key] !== fitting[key])
      refuse(
        `${folder} holds ONNX Runtime for ${key} ${manifest[key]}, and this is ${fitting[key]}.`,
        REBUILD,
      );
  for (const [name, expected] of Object.entries(manifest.files)) {
    const file = join(folder, name);
    if (!existsSync(file)) refuse(`${file} is missing.`, REBUILD);
    if ((statSync(file).mode & 0o022) !== 0)
      refuse(`${file} can be changed by others than its owner, and would be run.`, `chmod go-w ${folder}/*`);
    if (sha256(file) !== expected)
      refuse(`${file} is not the file that was built: its SHA-256 differs.`, REBUILD);
  }
  const { tensorrtOptions, built } = manifest;
  return { folder, tensorrtOptions, built };
}

function read(path: string): z.output<typeof manifestSchema> {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    return refuse(`${path} cannot be used: ${why}`, REBUILD);
  }
}
