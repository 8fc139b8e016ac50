import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { endpointOf, whyUnreachable } from '../network/reach.ts';
import { publishOptions } from '../publish/configured.ts';
import { tryBroker } from '../publish/trial.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const PATIENCE_MS = 5_000;
const ACL = 'deploy/mosquitto/nodes.acl is an access list that does.';

/** Name, connection, certificate, login, and what the login may do. */
export async function broker(config: Config): Promise<Finding[]> {
  const { url, version } = config.mqtt;
  const endpoint = endpointOf(url);
  const place = `${endpoint.host}:${endpoint.port}`;
  const reason = await whyUnreachable(endpoint, PATIENCE_MS);
  if (reason !== undefined)
    return [
      fail('reach', `${place}: ${reason}`, 'Check mqtt.url, the cable and the firewall, and that it runs.'),
    ];
  const findings = [ok('reach', `${place} answers`)];
  let options: Awaited<ReturnType<typeof publishOptions>>;
  try {
    options = await publishOptions(config);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    // The same outside the unit as `secrets` says; here it only means that no login can be tried.
    return [...findings, warn('login', `not tried: ${error.message}`, error.remedy ?? 'See secrets.')];
  }
  const trial = await tryBroker(options.publisher, PATIENCE_MS);
  if ('code' in trial) return [...findings, fail('login', trial.message, trial.remedy)];
  const how = url.startsWith('mqtts:')
    ? 'TLS, its certificate is right'
    : 'without TLS: whoever is on this network can read along';
  const root = `${config.mqtt.baseTopic}/micron-edge/${config.node.id}`;
  findings.push(
    ok('login', how),
    trial.mayReadCommands
      ? ok('commands', 'may be read')
      : fail('commands', 'may not be read: no pause', `Let this login read ${root}/command; ${ACL}`),
  );
  if (trial.mayWrite === undefined)
    return [
      ...findings,
      ok('signals', `MQTT ${version === 4 ? '3.1.1' : version} does not tell what it refuses`),
    ];
  findings.push(
    trial.mayWrite
      ? ok('signals', `may be written below ${root}`)
      : fail('signals', 'may not be written', `Let this login write to ${root}/#; ${ACL}`),
  );
  if (trial.mayWriteElsewhere === true)
    findings.push(
      warn('other boxes', 'this login may write as another box too', `Give each box its own topics; ${ACL}`),
    );
  return findings;
}
