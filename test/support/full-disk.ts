import { type Disk, systemDisk } from '../../agent/state/disk.ts';

/** The real disk, on which nothing more can be written while it is `full`. */
export function fillableDisk(): { readonly disk: Disk; full: boolean } {
  const state = {
    full: false,
    disk: {
      ...systemDisk,
      async grow(path: string) {
        const file = await systemDisk.grow(path);
        const write = (bytes: Uint8Array) =>
          state.full
            ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
            : file.write(bytes);
        return { ...file, write };
      },
    },
  };
  return state;
}
