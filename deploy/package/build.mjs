#!/usr/bin/env node
// Builds the Debian packages: node deploy/package/build.mjs [--arch amd64|arm64] [--version V] [--out FOLDER]
// Everything is staged below dist/package and packed by dpkg-deb; no root needed, and the same inputs give the same bytes.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { control } from './control.mjs';
import { copyright } from './copyright.mjs';
import { manPage } from './man.mjs';
import { installProduction, prune } from './modules.mjs';
import { billOfMaterials } from './sbom.mjs';
import { md5sums, sizeKb, stamp } from './tree.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const ABOUT = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const MODELS = ['face-detector', 'micron-bert-edge'];
const DOCUMENTED = ['agent', 'config', 'deploy'];
/** Each folder's document, and the pictures in it. */
const DOCUMENT = /(^|\/)README\.md$|(^|\/)pictures\/[\w-]+\.png$/;

const { values } = parseArgs({
  options: {
    arch: { type: 'string', multiple: true, default: ['amd64', 'arm64'] },
    version: { type: 'string', default: ABOUT.version },
    out: { type: 'string', default: join(ROOT, 'dist/package') },
  },
});

const say = (text) => process.stderr.write(`package: ${text}\n`);
const epochS = Number(
  process.env.SOURCE_DATE_EPOCH ??
    execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }),
);
const text = (path) => readFileSync(join(ROOT, path), 'utf8');

/** Our package.json without what is for developers. */
function shipped(version) {
  const { name, description, license, type, engines, bin, dependencies, overrides } = ABOUT;
  return { name, version, description, license, private: true, type, engines, bin, dependencies, overrides };
}

function build(arch) {
  const { version, out } = values;
  const stage = join(ROOT, 'dist/package/stage', arch);
  rmSync(stage, { recursive: true, force: true });
  const at = (path) => {
    const full = join(stage, path);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  };
  const put = (path, content, mode = 0o644) => {
    writeFileSync(at(path), content);
    chmodSync(join(stage, path), mode);
  };
  const zipped = (path, content) => put(`${path}.gz`, gzipSync(content, { level: 9 }));

  const home = 'usr/lib/micron-edge';
  put(`${home}/package.json`, text('package.json'));
  for (const file of ['package-lock.json', '.npmrc']) put(`${home}/${file}`, text(file));
  say(`${arch}: npm packages`);
  installProduction(join(stage, home), arch);
  put(`${home}/package.json`, `${JSON.stringify(shipped(version), null, 2)}\n`);
  const bill = billOfMaterials(join(stage, home), { version, models: MODELS, from: join(ROOT, 'models') });
  for (const file of ['package-lock.json', '.npmrc']) rmSync(join(stage, home, file));

  prune(join(stage, home), arch);

  cpSync(join(ROOT, 'dist/agent'), at(`${home}/dist/agent`), {
    recursive: true,
    // Nothing that an earlier build has left there.
    filter: (path) =>
      !path.endsWith('.map') &&
      (!path.endsWith('.js') ||
        existsSync(join(ROOT, relative(join(ROOT, 'dist'), path).replace(/\.js$/, '.ts')))),
  });
  for (const files of ['agent/live/page', 'agent/page/web', 'agent/setup/page'])
    cpSync(join(ROOT, files), at(`${home}/${files}`), { recursive: true });
  const entry = join(stage, home, 'dist/agent/main.js');
  writeFileSync(entry, readFileSync(entry, 'utf8').replace(/^#!.*/, '#!/usr/bin/node'));
  chmodSync(entry, 0o755);
  for (const model of MODELS)
    for (const name of readdirSync(join(ROOT, 'models', model)))
      if (/\.(onnx|json|md)$/.test(name))
        put(`${home}/models/${model}/${name}`, readFileSync(join(ROOT, 'models', model, name)));
  // What `replay FILE` takes when no configuration is named.
  put(`${home}/config/demo.yaml`, text('config/demo.yaml'));
  symlinkSync('../lib/micron-edge/dist/agent/main.js', at('usr/bin/micron-edge'));

  put('usr/lib/systemd/system/micron-edge.service', text('deploy/systemd/micron-edge.service'));
  put('usr/lib/sysusers.d/micron-edge.conf', text('deploy/systemd/sysusers.conf'));
  put('usr/lib/tmpfiles.d/micron-edge.conf', text('deploy/systemd/tmpfiles.conf'));
  put('usr/share/micron-edge/micron-edge.schema.json', text('config/micron-edge.schema.json'));
  put(
    'etc/micron-edge/micron-edge.yaml.example',
    text('config/micron-edge.example.yaml').replace('$schema=', '$schema=/usr/share/micron-edge/'),
  );
  const date = new Date(epochS * 1000);
  const help = execFileSync(process.execPath, [join(ROOT, 'dist/agent/main.js'), '--help'], {
    encoding: 'utf8',
  });
  zipped(
    'usr/share/man/man1/micron-edge.1',
    manPage({ help, version, date: date.toISOString().slice(0, 10) }),
  );

  const docs = 'usr/share/doc/micron-edge';
  for (const name of ['README.md', 'README.ja.md']) put(`${docs}/${name}`, text(name));
  for (const folder of DOCUMENTED)
    for (const name of readdirSync(join(ROOT, folder), { recursive: true }))
      if (DOCUMENT.test(name)) put(`${docs}/${folder}/${name}`, readFileSync(join(ROOT, folder, name)));
  cpSync(join(ROOT, 'deploy/systemd/gpu.conf'), at(`${docs}/examples/gpu.conf`));
  for (const name of ['mosquitto', 'brokers', 'ansible', 'jetson', 'grafana', 'node-red'])
    cpSync(join(ROOT, 'deploy', name), at(`${docs}/examples/${name}`), { recursive: true });
  put(`${docs}/copyright`, copyright(join(stage, home)));
  zipped(
    `${docs}/changelog`,
    `micron-edge (${version}) stable; urgency=medium\n\n  * See CHANGELOG.md in the source.\n\n -- micron-edge authors <micron-edge@localhost>  ${date.toUTCString().replace('GMT', '+0000')}\n`,
  );
  put('usr/share/lintian/overrides/micron-edge', text('deploy/package/lintian-overrides'));

  const installedKb = sizeKb(stage);
  put('DEBIAN/md5sums', md5sums(stage));
  put('DEBIAN/control', control({ version, arch, installedKb }));
  put('DEBIAN/conffiles', '/etc/micron-edge/micron-edge.yaml.example\n');
  for (const script of ['postinst', 'prerm', 'postrm'])
    put(`DEBIAN/${script}`, text(`deploy/package/${script}`), 0o755);
  stamp(stage, epochS);
  mkdirSync(out, { recursive: true });
  const name = `micron-edge_${version}_${arch}`;
  const deb = join(out, `${name}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, `${deb}.new`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epochS) },
  });
  renameSync(`${deb}.new`, deb);
  writeFileSync(join(out, `${name}.cdx.json`), bill);
  rmSync(stage, { recursive: true, force: true });
  say(deb);
}

process.umask(0o022);
for (const arch of values.arch) build(arch);
