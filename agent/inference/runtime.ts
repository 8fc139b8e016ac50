import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import { BINDING, findOverlay, type Overlay } from './overlay.ts';

/**
 * ONNX Runtime: the package that npm installed, on its own binding or on one that was built for this box. The package
 * has no way to say where its binding is, so ours is put where `require` looks first. Whoever needs ONNX Runtime takes
 * it from here, or it would be loaded before.
 */
const require = createRequire(import.meta.url);

function load(): { readonly ort: typeof Ort; readonly overlay: Overlay | undefined } {
  const { platform, arch } = process;
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  const overlay = findOverlay(process.env, { version, platform, arch });
  if (overlay !== undefined) {
    const place = require.resolve(`onnxruntime-node/bin/napi-v6/${platform}/${arch}/${BINDING}`);
    const binding = new Module(place);
    process.dlopen(binding, join(overlay.folder, BINDING));
    binding.loaded = true;
    require.cache[place] = binding;
  }
  return { ort: require('onnxruntime-node') as typeof Ort, overlay };
}

export const { ort, overlay } = load();
export const { env, InferenceSession, Tensor } = ort;
export type Tensor = Ort.Tensor;
export type ExecutionProvider = Ort.InferenceSession.ExecutionProviderConfig;
