import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs of the distribution that the daemon starts or runs on. */
const SYSTEM = ['nodejs', 'ffmpeg', 'systemd'];

/**
 * CycloneDX bill of materials: what npm says is installed in `folder`, the models with the hashes of their manifests, and
 * the packages of the distribution that are needed (without versions: they are those of the machine).
 */
export function billOfMaterials(folder, { version, models, from }) {
  const bill = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  bill.metadata.component.version = version;
  // Number and time of the run would make every build another.
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  for (const component of bill.components) {
    // Where this machine happened to get it from says nothing about what it is: the hash does.
    component.externalReferences = component.externalReferences?.filter(
      ({ type }) => type !== 'distribution',
    );
  }
  for (const name of models) {
    const manifest = JSON.parse(readFileSync(join(from, name, 'manifest.json'), 'utf8'));
    bill.components.push({
      type: 'machine-learning-model',
      'bom-ref': `model/${name}`,
      name,
      version: manifest.version,
      components: Object.values(manifest.files).map(({ file, sha256 }) => ({
        type: 'file',
        name: file,
        hashes: [{ alg: 'SHA-256', content: sha256 }],
      })),
    });
  }
  for (const name of SYSTEM)
    bill.components.push({
      type: 'application',
      'bom-ref': `debian/${name}`,
      name,
      purl: `pkg:deb/debian/${name}`,
    });
  return `${JSON.stringify(bill, null, 2)}\n`;
}
