import { lookup } from 'node:dns/promises';
import { parseArgs } from 'node:util';
import { boxFrom } from '../deploy/kubernetes/box.ts';
import { inYaml, manifests } from '../deploy/kubernetes/manifests.ts';
import { EXIT } from '../domain/errors.ts';
import { VERSION } from '../installation.ts';
import type { Io } from '../main.ts';

const USAGE =
  'Usage: micron-edge deploy kubernetes MACHINE=CONFIG.yaml ... [--image NAME] [--namespace micron-edge] [--gpu]\n';

/** `micron-edge deploy kubernetes`: manifests for a cluster whose machines have a configuration each, on stdout. */
export async function deployKubernetes(args: readonly string[], io: Io): Promise<number> {
  const type = 'string';
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { image: { type }, namespace: { type }, gpu: { type: 'boolean' } },
  });
  const pairs = positionals.map((each) => /^([^=]+)=(.+)$/.exec(each));
  const machines = new Set(pairs.map((pair) => pair?.[1]));
  if (pairs.length === 0 || pairs.includes(null) || machines.size < pairs.length) {
    io.err(USAGE);
    return EXIT.config;
  }
  const options = {
    image: values.image ?? `micron-edge:${VERSION}`,
    namespace: values.namespace ?? 'micron-edge',
    isGpu: values.gpu === true,
  };
  const isPinned = /@sha256:[0-9a-f]{64}$|:(?!latest$)[\w][\w.-]{0,127}$/.test(options.image);
  if (!isPinned || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(options.namespace)) {
    io.err(`${USAGE}NAME has a tag other than latest, or a digest.\n`);
    return EXIT.config;
  }
  const boxes = await Promise.all(pairs.map((pair) => boxFrom(pair![1]!, pair![2]!)));
  const found = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address);
  io.out(inYaml(await manifests(boxes, options, found), boxes, options));
  return EXIT.ok;
}
