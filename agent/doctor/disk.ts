import { existsSync } from 'node:fs';
import { constants, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finding, fail, ok, warn } from './finding.ts';
import { mayUse } from './machine.ts';

const FULL_MB = 100;
const NEARLY_FULL_MB = 1_000;
const LEAST_INODES = 1_000;
/** `TMPFS_MAGIC` and `RAMFS_MAGIC` of linux/magic.h. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);
/** Everything that is released waits for the disk; a card that is dying takes seconds. */
const SLOW_MS = 500;

/** The folder of ledger and audit log: is it there, private, on a disk, with room, and does the disk keep its word? */
export async function disk(folder: string): Promise<Finding[]> {
  const what = 'state';
  const isThere = existsSync(folder);
  const place = isThere ? folder : dirname(folder);
  if (!existsSync(place) || !(await mayUse(place, constants.W_OK | constants.X_OK)))
    return [
      fail(
        what,
        `${folder} is missing or not writable`,
        `Create it for the user that runs the service: install -d -m 0700 ${folder}`,
      ),
    ];
  const findings: Finding[] = [];
  if (!isThere) findings.push(ok(what, `${folder} will be made`));
  else if (((await stat(folder)).mode & 0o077) !== 0)
    findings.push(warn(what, `others may look into ${folder}`, `chmod 0700 ${folder}`));
  else findings.push(ok(what, `${folder} is writable, and private`));
  findings.push(...(await room(place)), await keepsItsWord(place));
  return findings;
}

async function room(place: string): Promise<Finding[]> {
  const { bavail, bsize, files, ffree, type } = await statfs(place);
  const mb = Math.floor((bavail * bsize) / 1e6);
  const space =
    mb < FULL_MB
      ? fail('space', `${mb} MB free`, 'Make room: a full disk ends releases.')
      : mb < NEARLY_FULL_MB
        ? warn('space', `${mb} MB free`, 'Make room before it is full: a full disk ends releases.')
        : ok('space', `${mb} MB free`);
  const findings = [space];
  // Some file systems make inodes as they need them, and have none to count.
  if (files > 0 && ffree < LEAST_INODES)
    findings.push(fail('inodes', `${ffree} free`, 'Remove small files: no new one can be made.'));
  if (IN_MEMORY.has(type))
    findings.push(
      warn(
        'medium',
        'it is in memory',
        'Put it on a disk: with the power gone, the privacy budget that was spent is forgotten.',
      ),
    );
  return findings;
}

/** Writes a line and asks for it to be on the medium. */
async function keepsItsWord(place: string): Promise<Finding> {
  const what = 'fsync';
  const path = join(place, `.micron-edge-doctor-${process.pid}`);
  const startedMs = performance.now();
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile('Is this kept?\n');
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail(what, `fails (${code})`, 'Look at the disk (dmesg): nothing can be released without it.');
  } finally {
    await rm(path, { force: true });
  }
  const took = Math.round(performance.now() - startedMs);
  return took < SLOW_MS
    ? ok(what, `${took} ms`)
    : warn(what, `${took} ms`, 'A slow or dying disk: look at dmesg, and consider another medium.');
}
