import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MODELS_FOLDER } from '../../agent/installation.ts';
import { convert } from './convert.ts';

/** The dense model: the sparse file holds the same weights, but packed. */
const PACKAGE = '@mediapipe/face_detection';
const SOURCE = `${PACKAGE}/face_detection_full_range.tflite`;
const SOURCE_SHA256 = '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Convert the pinned package's model and put it beside its manifest, or say why not. */
function build(): void {
  const folder = join(MODELS_FOLDER, 'face-detector');
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: { detector: { file: string; sha256: string } };
  };
  const wanted = manifest.files.detector;
  const target = join(folder, wanted.file);
  try {
    if (sha256(readFileSync(target)) === wanted.sha256) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }

  const source = readFileSync(createRequire(import.meta.url).resolve(SOURCE));
  if (sha256(source) !== SOURCE_SHA256)
    throw new Error(`${SOURCE} is not the file this was written for: SHA-256 ${sha256(source)}`);
  const onnx = convert(source);
  if (sha256(onnx) !== wanted.sha256)
    throw new Error(
      `the converted model has SHA-256 ${sha256(onnx)} and ${onnx.length} bytes, but ${join(folder, 'manifest.json')} names ${wanted.sha256}; a change of the converter must change the manifest too`,
    );
  // Under another name first: a reader never finds half a model.
  writeFileSync(`${target}.part`, onnx);
  renameSync(`${target}.part`, target);
}

try {
  build();
} catch (error) {
  process.stderr.write(`face-detector: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
