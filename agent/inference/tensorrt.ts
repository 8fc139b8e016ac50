/** A provider with options, as the binding takes it. */
export type ProviderWithOptions = { readonly name: 'tensorrt' } & Readonly<Record<string, string>>;

/**
 * Options of ONNX Runtime's TensorRT provider, by the names of its documentation ("TensorRT Execution Provider",
 * configurations). LayerNorm stays in fp32: its sums of squares overflow in fp16. Engines are built from the model and for the
 * machine alone, which takes minutes, so they are kept where systemd keeps caches (CacheDirectory=); without such a
 * folder nothing is written.
 */
export function tensorrt(fp16: boolean, cacheFolder: string | undefined): ProviderWithOptions {
  return {
    name: 'tensorrt',
    trt_fp16_enable: fp16 ? '1' : '0',
    trt_layer_norm_fp32_fallback: '1',
    ...(cacheFolder === undefined
      ? {}
      : {
          trt_engine_cache_enable: '1',
          trt_engine_cache_path: `${cacheFolder}/tensorrt`,
          trt_timing_cache_enable: '1',
          trt_timing_cache_path: `${cacheFolder}/tensorrt`,
        }),
  };
}
