import type { CameraConfig } from '../config/schema.ts';
import { knock } from '../decode/knock.ts';
import { describe } from '../network/describe.ts';
import { endpointOf } from '../network/reach.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const PATIENCE_MS = 5_000;
/** More than a camera that is set by hand once a year. */
const MOST_SKEW_S = 120;

/** What is wrong when there is no stream; agent/camera/README.md has the same with more words. */
const FIXES: Readonly<Record<string, string>> = {
  unreachable: 'Check its address, the cable, and the firewall between this box and it.',
  'no-answer': 'Restart it; is there a proxy or a printer at this address?',
  'not-rtsp': 'Is this the RTSP port, and not that of its web page?',
  'authentication-unsupported': 'Allow "Digest MD5" or "Basic and digest" for RTSP in the camera.',
  redirected: 'Configure the address that is meant.',
};

/**
 * Asked at the door, without a password: no picture is taken here, because whether one may be is for governance and pause to
 * say.
 */
export async function cameras(configured: readonly CameraConfig[], nowMs: () => number): Promise<Finding[]> {
  const live = configured.filter(({ url }) => !url.startsWith('file:'));
  return (await Promise.all(live.map((camera) => ask(camera, nowMs)))).flat();
}

async function ask({ id, url, credentialsFile }: CameraConfig, nowMs: () => number): Promise<Finding[]> {
  const { host, port } = endpointOf(url);
  const place = `${host}:${port}`;
  const { signal } = new AbortController();
  const door = await knock(url, PATIENCE_MS, signal);
  if (door.code !== undefined) {
    const words = door.words === '' ? '' : ` (${door.words})`;
    return [fail(id, `${place}: ${door.code}${words}`, FIXES[door.code] ?? 'See agent/camera/README.md.')];
  }
  const answer = await describe(door.url, PATIENCE_MS, signal);
  if (typeof answer === 'string') return [fail(id, `${place}: ${answer}`, FIXES[answer]!)];
  const findings: Finding[] = [];
  if (answer.status === 401)
    findings.push(
      credentialsFile === undefined
        ? fail(
            id,
            `${place} asks for a password`,
            'Put "user:password" into a file and name it in credentialsFile.',
          )
        : ok(id, `${place} answers, and asks for a password; whether ours is right, the daemon will say`),
    );
  else if (answer.status === 404)
    findings.push(fail(id, `${place} knows no such stream`, 'Correct the path of its url.'));
  else if (answer.status >= 300)
    findings.push(fail(id, `${place} refuses (${answer.status})`, 'End other viewers, or restart it.'));
  else findings.push(ok(id, `${place} answers`));
  const theirMs = Date.parse(answer.headers.get('date')?.[0] ?? '');
  const skewS = Math.round((theirMs - nowMs()) / 1000);
  if (Math.abs(skewS) > MOST_SKEW_S)
    findings.push(
      warn(
        `${id} clock`,
        `${Math.abs(skewS)} s ${skewS > 0 ? 'ahead of' : 'behind'} this box`,
        'One of the two is wrong: let both take the time from the same server.',
      ),
    );
  return findings;
}
