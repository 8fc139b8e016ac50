import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import { keys } from '../../agent/config/key-table.ts';
import { ROOT } from '../../agent/installation.ts';
import { agent } from '../support/processes.ts';
import { anchorOf, type Document, documents } from './markdown.ts';

const all = documents();
const byPath = new Map(all.map((document) => [document.path, document]));
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);

/** What documents say, with where: code lines and spans. */
function* said(document: Document): Generator<string> {
  for (const { spans, code } of document.sections) yield* [...spans, ...code];
}

t.test('what links point at is there', async (t) => {
  t.ok(all.length > 30, `${all.length} documents`);
  for (const { path, sections } of all) {
    const broken = sections
      .flatMap(({ links }) => links)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !isThere(path, link));
    t.same(broken, [], path);
  }
});

function isThere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (!existsSync(join(ROOT, path))) return false;
  if (anchor === undefined) return true;
  return byPath.get(path)?.sections.some(({ heading }) => anchorOf(heading) === anchor) ?? false;
}

t.test('pictures of the product are small', async (t) => {
  const pictures = all.flatMap(({ path, sections }) =>
    sections.flatMap(({ links }) => links.map((link) => normalize(join(dirname(path), link)))),
  );
  for (const picture of new Set(pictures.filter((path) => path.includes('/pictures/'))))
    t.ok(statSync(join(ROOT, picture)).size <= 150_000, picture);
});

t.test('commands that documents name exist', async (t) => {
  await using help = agent(['--help']);
  t.equal(await help.exited, 0);
  const commands = new Set([...help.stdout.matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1]!));
  t.ok(commands.has('assess') && commands.has('report'), [...commands].join(' '));
  for (const document of all) {
    const text = [...said(document)];
    const unknown = text.flatMap((words) => [
      ...[...words.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)]
        .map((match) => match[1]!)
        .filter((name) => !scripts.includes(name)),
      ...[...words.matchAll(/(?:^|[\s;&|])micron-edge ([a-z]+)(?=[\s;|]|$)/g)]
        .map((match) => match[1]!)
        .filter((name) => !commands.has(name) && !isOtherUse(words)),
    ]);
    t.same(unknown, [], document.path);
  }
});

/** `systemctl restart micron-edge`, `apt install micron-edge` and the like: the name of a unit, a package, a user or a namespace. */
const isOtherUse = (words: string): boolean =>
  /\b(kubectl|systemctl|journalctl|apt(-get)?|dpkg|chgrp|chown|install|systemd-\w+) /.test(words);

t.test('keys of the configuration that documents name exist', async (t) => {
  const known = new Set([...keys()].map(({ path }) => path.replaceAll('[]', '')));
  const top = new Set([...known].map((path) => path.split('.')[0]!));
  // A list, so that a new exception is seen: files, messages and programs whose names look like keys.
  const others =
    /\.(sock|ts|js|mjs|json|jsonl|yaml|md|html|csv|conf|test|service|example|onnx|py)$|^[a-z]+\.$/;
  for (const document of all) {
    if (document.path === 'CHANGELOG.md') continue;
    const wrong = document.sections
      .flatMap(({ spans }) => spans)
      .map((span) => span.replace(/:.*$/, '').replaceAll('[]', ''))
      .filter((span) => /^[a-z]+(\.[a-zA-Z0-9]+)+$/.test(span) && top.has(span.split('.')[0]!))
      .filter((span) => !others.test(span) && !known.has(span));
    t.same([...new Set(wrong)], [], document.path);
  }
});
