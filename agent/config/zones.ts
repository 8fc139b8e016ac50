import type { Config } from './schema.ts';

/** Declared head count of every zone of the node, by zone id, in the order of the configuration. */
export const headCounts = ({ cameras }: Config): ReadonlyMap<string, number> =>
  new Map(cameras.flatMap(({ zones }) => zones.map(({ id, headCount }) => [id, headCount] as const)));
