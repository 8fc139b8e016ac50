import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly arch: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly ffmpeg: string;
  /** Average over one minute when the bench began. */
  readonly load: number;
}

/** Others than the bench take more than this share of the processors. */
const BUSY_SHARE = 0.25;

export async function describeMachine(): Promise<Machine> {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const { stdout } = await promisify(execFile)('ffmpeg', ['-hide_banner', '-version']);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    arch: process.arch,
    node: process.version,
    onnxruntime: version,
    ffmpeg: /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'unknown',
    load: loadavg()[0]!,
  };
}

/** One line each; the last is a warning when others were at work. */
export function machineLines(machine: Machine): string[] {
  const { cpu, cores, memoryGb, kernel, arch, node, onnxruntime, ffmpeg, load } = machine;
  const lines = [
    `${cpu}, ${cores} cores, ${memoryGb} GB, Linux ${kernel} ${arch}; Node.js ${node}, ONNX Runtime ${onnxruntime}, FFmpeg ${ffmpeg}`,
    `load average at the start ${load.toFixed(2)}`,
  ];
  if (load > BUSY_SHARE * cores)
    lines.push(
      `WARNING: this machine was busy with other things. CPU times hold, but are higher than on a quiet one; what is measured on the clock (latency, dropped frames, start-up) does not.`,
    );
  return lines;
}
