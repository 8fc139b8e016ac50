#!/usr/bin/env node
// Are the installed packages those that the registry has signed (`npm audit signatures`)? A wrong or missing signature
// fails; a registry that signs nothing, or roots of trust that are out of reach, only mean that nobody could look.
import { spawnSync } from 'node:child_process';

const PATIENCE = ['--fetch-retries=0', '--fetch-timeout=10000'];
const { stdout } = spawnSync('npm', ['audit', 'signatures', '--json', '--loglevel=silent', ...PATIENCE], {
  encoding: 'utf8',
  timeout: 120_000,
});

/** @returns {{ invalid?: object[], missing?: object[], error?: { code?: string, summary?: string } }} */
function parsed() {
  try {
    return JSON.parse(stdout);
  } catch {
    return { error: { summary: 'npm said nothing that could be read' } };
  }
}

const { invalid, missing, error } = parsed();
const named = (packages) => packages.map(({ name, version }) => `${name}@${version}`).join(', ');
const wrong = [
  ...(invalid?.length > 0 ? [`invalid: ${named(invalid)}`] : []),
  ...(missing?.length > 0 ? [`missing: ${named(missing)}`] : []),
];
if (wrong.length > 0) {
  process.stderr.write(`signatures: ${wrong.join('; ')}\n`);
  process.exitCode = 1;
} else if (invalid === undefined) {
  const why = error?.code ?? error?.summary ?? 'no reason given';
  process.stdout.write(`signatures: not looked at, this registry or its keys are out of reach (${why})\n`);
} else process.stdout.write('signatures: none is wrong\n');
