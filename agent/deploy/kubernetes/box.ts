import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { references } from '../../config/references.ts';
import type { Config } from '../../config/schema.ts';
import { OperatorError } from '../../domain/errors.ts';

/** Where things are inside the container. */
export const IN_POD = {
  config: '/etc/micron-edge/micron-edge.yaml',
  secrets: '/run/secrets/micron-edge',
  state: '/var/lib/micron-edge',
  healthPort: 9464,
} as const;

/** A machine of the cluster with the configuration of its daemon. */
export interface Box {
  /** metadata.name of the Kubernetes node. */
  readonly machine: string;
  readonly config: Config;
  /** The file as it was written. */
  readonly text: string;
  /** Names of files below `IN_POD.secrets`. */
  readonly secrets: readonly string[];
}

const refuse = (path: string, what: string, remedy: string): OperatorError =>
  new OperatorError('config', 'not-for-kubernetes', `${path}: ${what}`, { remedy });

/**
 * @param machine metadata.name of the Kubernetes node: a DNS subdomain of RFC 1123
 * @throws OperatorError not-for-kubernetes, and as `loadConfig`
 */
export async function boxFrom(machine: string, path: string): Promise<Box> {
  if (!/^[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?$/.test(machine))
    throw refuse(
      path,
      `"${machine}" is no name of a node`,
      'kubectl get nodes -o name says what they are called.',
    );
  if ((await stat(path).catch(() => undefined))?.isDirectory())
    throw refuse(path, 'is a folder', 'Here it takes one file for each machine.');
  const { config } = await loadConfig(path);
  const foreign = references(config).filter(({ file }) => dirname(file) !== IN_POD.secrets);
  if (foreign.length > 0)
    throw refuse(
      path,
      `${foreign.map((each) => each.path.join('.')).join(', ')} would not be there inside a container`,
      `Let them be files in ${IN_POD.secrets}: that folder is made of the Secret.`,
    );
  if (config.state.folder !== IN_POD.state)
    throw refuse(path, `state.folder is ${config.state.folder}`, `Leave it out: it is ${IN_POD.state}.`);
  if (config.health.http?.address !== '127.0.0.1' || config.health.http.port !== IN_POD.healthPort)
    throw refuse(
      path,
      'health.http is not as the probes expect it',
      `Write "health: {http: {}}": 127.0.0.1, port ${IN_POD.healthPort}.`,
    );
  const recordings = config.cameras.filter(({ url }) => url.startsWith('file:'));
  if (recordings.length > 0)
    throw refuse(path, `camera ${recordings[0]!.id} is a recording`, 'There is no such file in a container.');
  const secrets = [...new Set(references(config).map(({ file }) => basename(file)))].sort();
  return { machine, config, text: await readFile(path, 'utf8'), secrets };
}
