import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { type Config, configSchema } from '../config/schema.ts';
import { broker } from '../doctor/broker.ts';
import { cameras } from '../doctor/cameras.ts';
import { clock } from '../doctor/clock.ts';
import { decoders } from '../doctor/decoders.ts';
import { devices } from '../doctor/devices.ts';
import { disk } from '../doctor/disk.ts';
import { AREAS, type Area, type Finding } from '../doctor/finding.ts';
import { type Machine, thisMachine } from '../doctor/machine.ts';
import { memory } from '../doctor/memory.ts';
import { models } from '../doctor/models.ts';
import { power } from '../doctor/power.ts';
import { secrets } from '../doctor/secrets.ts';
import { software } from '../doctor/software.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { stateFolderOf } from '../state/folder.ts';

type Located = Finding & { readonly area: Area };
const PROVIDERS = ['auto', 'tensorrt', 'cuda', 'cpu'] as const;

/** What is looked at when nobody says otherwise; networks and models as they are without a configuration. */
function checksOf(machine: Machine, config: Config | undefined, provider: Provider | undefined) {
  const { shape } = configSchema;
  const asked = config?.inference ?? shape.inference.parse(undefined);
  const inference = { ...asked, ...(provider === undefined ? {} : { provider }) };
  const detector = config?.detector ?? shape.detector.parse(undefined);
  const configured = config?.cameras ?? [];
  const withConfig = (check: (config: Config) => Promise<Finding[]>) => async () =>
    config === undefined ? [] : check(config);
  const checks: Record<Area, () => Promise<Finding[]>> = {
    software: () => software(machine, process.versions.node),
    decoders: () => decoders(machine, configured),
    models: () => models(inference),
    // Loaded only when it is wanted: a build of this box that is not right would end everything else too.
    provider: async () => (await import('../doctor/provider.ts')).provider(machine, { inference, detector }),
    clock: () => clock(machine),
    memory: () => memory(machine, configured.length),
    power: () => power(machine),
    devices: () => devices(machine),
    disk: withConfig((config) => disk(stateFolderOf(config, machine.env))),
    secrets: withConfig((config) => secrets(config, machine.env)),
    broker: withConfig(broker),
    cameras: withConfig((config) => cameras(config.cameras, () => machine.now().getTime())),
  };
  return checks;
}
type Provider = (typeof PROVIDERS)[number];

function usage(what: string): never {
  throw new OperatorError('config', 'usage', what, {
    remedy: `Usage: micron-edge doctor [CONFIG] [--json] [--only ${AREAS.join(',')}] [--provider ${PROVIDERS.join('|')}]`,
  });
}

const isOf = <T extends string>(names: readonly T[], name: string): name is T =>
  (names as readonly string[]).includes(name);

/** The usual place is looked at only when there is something in it: a machine may be asked before it is configured. */
function usualPlace(env: NodeJS.ProcessEnv): string | undefined {
  const path = defaultConfigPath(env);
  if (env.MICRON_EDGE_CONFIG !== undefined) return path;
  return existsSync(path) && readdirSync(path).some((name) => name.endsWith('.yaml')) ? path : undefined;
}

/**
 * `micron-edge doctor [CONFIG] [--json] [--only AREAS] [--provider P]`: 0 when it would run, also where a line warns; 4
 * when something is lacking; each line with its fix.
 *
 * @throws OperatorError usage (exit code 2), and what loadConfig throws
 */
export async function doctor(
  args: readonly string[],
  io: Io,
  machine: Machine = thisMachine(),
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, only: { type: 'string' }, provider: { type: 'string' } },
  });
  const { json = false, only, provider } = values;
  if (provider !== undefined && !isOf(PROVIDERS, provider)) usage(`There is no provider "${provider}".`);
  const wanted = only?.split(',') ?? AREAS;
  for (const name of wanted) if (!isOf(AREAS, name)) usage(`There is nothing called "${name}" to look at.`);
  if (positionals.length > 1) usage('One configuration at a time.');
  const path = positionals[0] ?? usualPlace(machine.env);
  const config = path === undefined ? undefined : (await loadConfig(path)).config;
  const checks = checksOf(machine, config, provider);

  const findings: Located[] = [];
  const tell = json ? () => {} : (finding: Located) => io.out(line(finding));
  for (const area of AREAS.filter((name) => wanted.includes(name)))
    for (const finding of await looked(checks[area])) {
      findings.push({ area, ...finding });
      tell(findings.at(-1)!);
    }
  if (json) io.out(`${JSON.stringify({ state: worstOf(findings), findings }, undefined, 2)}\n`);
  else if (config === undefined && only === undefined)
    io.out('No configuration was named: state folder, secrets, broker and cameras were not looked at.\n');
  return worstOf(findings) === 'fail' ? EXIT.environment : EXIT.ok;
}

/** What a check cannot go on from is its finding, and no reason not to look at the rest. */
async function looked(check: () => Promise<Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [
      { what: 'check', state: 'fail', found: error.message, ...(error.remedy && { fix: error.remedy }) },
    ];
  }
}

const worstOf = (findings: readonly Finding[]): Finding['state'] =>
  (['fail', 'warn'] as const).find((state) => findings.some((finding) => finding.state === state)) ?? 'ok';

const line = ({ area, what, state, found, fix }: Located): string =>
  `${state.padEnd(4)}  ${area.padEnd(8)}  ${what.padEnd(16)}  ${found}\n${fix === undefined ? '' : `${' '.repeat(16)}-> ${fix}\n`}`;
