import { type Finding, fail, ok, warn } from './finding.ts';
import type { Machine } from './machine.ts';

const NTP =
  'systemctl enable --now systemd-timesyncd (or chrony), and let UDP port 123 through to a time server.';

/** Windows are aligned to the wall clock, and the privacy budget counts in it: it must be right, and stay so. */
export async function clock(machine: Machine): Promise<Finding[]> {
  const now = machine.now();
  const findings = [
    now.getUTCFullYear() >= 2024
      ? ok('time', now.toISOString())
      : fail('time', now.toISOString(), 'It was never set: windows would lie in another year.'),
  ];
  const said = await machine.run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  const isSynchronised =
    said === undefined
      ? (await machine.text('/run/systemd/timesync/synchronized')) !== undefined
      : said.trim() === 'yes';
  if (isSynchronised) findings.push(ok('synchronised', 'by the kernel’s own word'));
  else if (said === undefined)
    findings.push(warn('synchronised', 'nobody here says so (no timedatectl)', NTP));
  else findings.push(warn('synchronised', 'no', NTP));
  return findings;
}
