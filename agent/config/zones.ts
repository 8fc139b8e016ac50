import type { CameraConfig, Config } from './schema.ts';

/** Declared head count of every zone of the node, by zone id, in the order of the configuration. */
export const headCounts = ({ cameras }: Config): ReadonlyMap<string, number> =>
  new Map(cameras.flatMap(({ zones }) => zones.map(({ id, headCount }) => [id, headCount] as const)));

/** What people on site call the zones, by zone id; the id where they have no name. */
export const namesOfZones = ({ cameras }: Config): ReadonlyMap<string, string> =>
  new Map(cameras.flatMap(({ zones }) => zones.map(({ id, name }) => [id, name ?? id] as const)));

/** All of the picture, for commands that look where faces are before there are zones. */
export const EVERYWHERE: CameraConfig['zones'][number] = {
  id: 'everywhere',
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
  headCount: 1,
};
