import type { Config } from '../config/schema.ts';

/** Where state is kept: systemd's word (StateDirectory=) before the configuration's. */
export const stateFolderOf = ({ state }: Config, env: NodeJS.ProcessEnv): string =>
  env.STATE_DIRECTORY ?? state.folder;
