/** The one part of node-rtsp-stream 0.0.9 that is used, as its source has it. */
declare module 'node-rtsp-stream/mpeg1muxer.js' {
  import type { ChildProcessWithoutNullStreams } from 'node:child_process';
  import { EventEmitter } from 'node:events';

  export default class Mpeg1Muxer extends EventEmitter<{ mpeg1data: [Buffer]; ffmpegStderr: [Buffer] }> {
    constructor(options: {
      /** Input of FFmpeg. */
      url: string;
      ffmpegPath: string;
      /** Flags and their values, after the input; an empty value is left out. */
      ffmpegOptions: Record<string, string | number>;
    });
    readonly stream: ChildProcessWithoutNullStreams;
  }
}
