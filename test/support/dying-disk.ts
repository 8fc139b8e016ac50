import { type Disk, type GrowingFile, systemDisk } from '../../agent/state/disk.ts';

/** Ends this process as a kill -9 from outside does: nothing is flushed, nothing is closed. */
function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}

/** The real disk; in its operation number `dieAt` the process dies, before, in the middle of or after the operation. */
export function dyingDisk(dieAt: number, random: () => number): Disk {
  let operation = 0;
  const step = async (work: () => Promise<unknown>, half?: () => Promise<void>): Promise<void> => {
    if (++operation !== dieAt) return void (await work());
    const moment = random();
    if (moment < 0.4) await (half ?? work)();
    else if (moment < 0.7) await work();
    await die();
  };
  return {
    ...systemDisk,
    async grow(path) {
      let file!: GrowingFile;
      await step(async () => {
        file = await systemDisk.grow(path);
      });
      return {
        write: (bytes) =>
          step(
            () => file.write(bytes),
            () => file.write(bytes.subarray(0, Math.floor(random() * bytes.length))),
          ),
        sync: () => step(() => file.sync()),
        truncate: (length) => step(() => file.truncate(length)),
        close: () => file.close(),
      };
    },
    rename: (from, to) => step(() => systemDisk.rename(from, to)),
    remove: (path) => step(() => systemDisk.remove(path)),
    syncFolder: (folder) => step(() => systemDisk.syncFolder(folder)),
  };
}
