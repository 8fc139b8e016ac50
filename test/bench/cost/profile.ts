import { readFile } from 'node:fs/promises';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where a function belongs: a file of the agent, a package, or a part of Node.js. */
function ownerOf({ functionName, url }: Node['callFrame']): string | undefined {
  const own = /\/dist\/agent\/(.+)\.js$/.exec(url)?.[1];
  if (own !== undefined) return own;
  const bench = /\/dist\/test\//.test(url);
  if (bench) return 'the bench itself';
  const pack = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (pack !== undefined) return pack;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(idle)') return '(idle)';
  if (functionName === '(program)') return 'native code outside of JavaScript';
  if (url.startsWith('node:')) return 'Node.js (pipes, events)';
  // Built-in functions (`fill`, `set`, `exp`) are on the account of whoever calls them.
  return undefined;
}

/** Share of the time that was not idle, by file of the agent, package or part of Node.js; the largest first. */
export async function sharesOf(path: string): Promise<[owner: string, share: number][]> {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(path, 'utf8')) as CpuProfile;
  const owners = new Map<number, string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: Node, caller: string): void => {
    const owner = ownerOf(node.callFrame) ?? caller;
    owners.set(node.id, owner);
    for (const child of node.children ?? []) visit(byId.get(child)!, owner);
  };
  const called = new Set(nodes.flatMap(({ children = [] }) => children));
  for (const node of nodes) if (!called.has(node.id)) visit(node, 'other');
  const spent = new Map<string, number>();
  let all = 0;
  for (const [i, id] of samples.entries()) {
    const owner = owners.get(id) ?? 'other';
    if (owner === '(idle)') continue;
    const took = Math.max(0, timeDeltas[i] ?? 0);
    all += took;
    spent.set(owner, (spent.get(owner) ?? 0) + took);
  }
  return [...spent].map(([owner, took]): [string, number] => [owner, took / all]).sort((a, b) => b[1] - a[1]);
}
