import { readHeat } from '../thermal/sensors.ts';
import { type Finding, ok, warn } from './finding.ts';
import { jetson, type Machine } from './machine.ts';

/** Without a trip point. Orin begins to slow down at 99 °C; what is near that has no air. */
const HOT_C = 85;
/** So near to a trip point it is too hot. */
const MARGIN_C = 14;

export async function power(machine: Machine): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { hottestC, marginC, throttled } = await readHeat(machine.at('/sys/class/thermal'));
  if (hottestC !== undefined) {
    const found = `${Math.round(hottestC)} °C at the hottest${throttled ? ', and slowed down for it' : ''}`;
    const isCool = !throttled && (marginC === undefined ? hottestC < HOT_C : marginC > MARGIN_C);
    const air = 'Give it air: a hot processor slows down, and frames are lost.';
    findings.push(isCool ? ok('temperature', found) : warn('temperature', found, air));
  }
  if ((await jetson(machine)) === undefined) return findings;
  const said = await machine.run('nvpmodel', ['-q']);
  const mode = /^NV Power Mode: *(.+)$/m.exec(said ?? '')?.[1]?.trim();
  if (mode === undefined)
    findings.push(warn('power mode', 'unknown (nvpmodel does not say)', 'Run the doctor as root.'));
  else
    findings.push(
      /^MAXN/.test(mode)
        ? ok('power mode', mode)
        : warn('power mode', mode, 'nvpmodel -m 0 for all it can; nvpmodel -q --verbose lists the modes.'),
    );
  const governor = (await machine.text('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'))?.trim();
  const [least, now] = await Promise.all(
    ['scaling_min_freq', 'scaling_max_freq'].map(async (name) =>
      Number(await machine.text(`/sys/devices/system/cpu/cpu0/cpufreq/${name}`)),
    ),
  );
  if (governor !== undefined)
    findings.push(
      ok('processor clock', least === now && now! > 0 ? `held by jetson_clocks (${governor})` : governor),
    );
  return findings;
}
