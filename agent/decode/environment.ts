/** What would make a decoder write a file: FFmpeg its log, with the address and its password in it; GStreamer log, graph and trace. */
const TALKATIVE = [
  'FFREPORT',
  'GST_DEBUG',
  'GST_DEBUG_FILE',
  'GST_DEBUG_DUMP_DOT_DIR',
  'GST_TRACERS',
] as const;

/**
 * The environment for every decoder that is started. GStreamer keeps a list of its plugins, and nothing else, in a file
 * below the home folder; a service has none, so the list goes where systemd keeps caches, or is made anew each time.
 */
export function environment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const silent = Object.fromEntries(TALKATIVE.map((name) => [name, undefined]));
  const cache = env.CACHE_DIRECTORY;
  return {
    ...env,
    ...silent,
    // One process less, and none that outlives the decoder.
    GST_REGISTRY_FORK: 'no',
    ...(cache === undefined ? {} : { GST_REGISTRY_1_0: `${cache}/gstreamer-plugins` }),
  };
}
