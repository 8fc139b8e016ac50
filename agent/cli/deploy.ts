import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { allowList } from '../deploy/allow-list.ts';
import { EXIT } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { deployKubernetes } from './deploy-kubernetes.ts';

/** A machine without resolv.conf has no name servers (resolv.conf(5) then assumes one on the machine itself). */
const resolvConf = (): Promise<string> =>
  readFile('/etc/resolv.conf', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

/** `micron-edge deploy addresses [CONFIG]`: the drop-in of the unit with the addresses that may be reached, on stdout. */
export async function deploy(args: readonly string[], io: Io): Promise<number> {
  if (args[0] === 'kubernetes') return deployKubernetes(args.slice(1), io);
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  const [what, path = defaultConfigPath(process.env), ...rest] = positionals;
  if (what !== 'addresses' || rest.length > 0) {
    io.err('Usage: micron-edge deploy addresses [CONFIG], or deploy kubernetes MACHINE=CONFIG.yaml ...\n');
    return EXIT.config;
  }
  const { config } = await loadConfig(path);
  const addressesOf = async (host: string) =>
    (await lookup(host, { all: true })).map(({ address }) => address);
  io.out(await allowList(config, addressesOf, await resolvConf()));
  return EXIT.ok;
}
