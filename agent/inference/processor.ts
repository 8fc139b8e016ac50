import { readFileSync } from 'node:fs';

/**
 * Whether ONNX Runtime's fast products of int8 overflow on this processor: x64 without VNNI adds two products of 8 bits
 * in 16, and the answers are then wrong, not only inexact. Its header onnxruntime_session_options_config_keys.h says so
 * at `session.x64quantprecision`, which takes a slower way; where there is VNNI that costs a third and changes nothing.
 */
export function int8Overflows(
  arch: string = process.arch,
  cpuinfo: () => string = () => readFileSync('/proc/cpuinfo', 'latin1'),
): boolean {
  if (arch !== 'x64') return false;
  try {
    return !/\bavx(512)?_vnni\b/.test(cpuinfo());
  } catch {
    // Not Linux, or hidden from the service: slow and right.
    return true;
  }
}
