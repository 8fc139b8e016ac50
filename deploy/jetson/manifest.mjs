#!/usr/bin/env node
// Writes onnxruntime.json: what is in a folder with a build of ONNX Runtime, file by file with its SHA-256, and what it was
// made from. agent/inference/overlay.ts reads it and loads nothing that is not in it.
//   manifest.mjs FOLDER VERSION ARCH [KEY=TEXT ...]
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [folder, version, arch, ...facts] = process.argv.slice(2);
if (arch === undefined) {
  process.stderr.write('Usage: manifest.mjs FOLDER VERSION ARCH [KEY=TEXT ...]\n');
  process.exit(2);
}

const NAME = 'onnxruntime.json';

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const files = {};
for (const name of readdirSync(folder).sort())
  if (name !== NAME) files[name] = await sha256(join(folder, name));
const built = Object.fromEntries(
  facts.map((fact) => [fact.slice(0, fact.indexOf('=')), fact.slice(fact.indexOf('=') + 1)]),
);
const manifest = { version, platform: 'linux', arch, tensorrtOptions: true, files, built };
writeFileSync(join(folder, NAME), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o644 });
