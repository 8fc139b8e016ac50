/** What would make a decoder write a file: FFmpeg its log, with the address and its password in it; GStreamer log, graph and trace. */
const TALKATIVE = [
  'FFREPORT',
  'GST_DEBUG',
  'GST_DEBUG_FILE',
  'GST_DEBUG_DUMP_DOT_DIR',
  'GST_TRACERS',
] as const;

/**
 * No file can be made there, and its mode cannot be changed, by root neither: where GStreamer cannot write, it takes all
 * rights but its own from the folder, and tries again. Below /dev/null that would be /dev/null, for the whole machine.
 */
const NOWHERE = '/proc/self';

/**
 * The environment for every decoder that is started. GStreamer keeps a list of its plugins, and nothing else, in a file,
 * by itself below the home folder of whoever runs it. It goes where systemd keeps caches, or is made anew each time.
 */
export function environment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const silent = Object.fromEntries(TALKATIVE.map((name) => [name, undefined]));
  return {
    ...env,
    ...silent,
    // One process less, and none that outlives the decoder.
    GST_REGISTRY_FORK: 'no',
    GST_REGISTRY_1_0: `${env.CACHE_DIRECTORY ?? NOWHERE}/gstreamer-plugins`,
  };
}
