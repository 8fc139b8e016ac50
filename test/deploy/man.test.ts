import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { agent } from '../support/processes.ts';

const { manPage } = await import(pathToFileURL(join(ROOT, 'deploy/package/man.mjs')).href);
await using asked = agent(['--help']);
await asked.exited;
const help = asked.stdout;
const page: string = manPage({ help, version: '1.2.3', date: '2026-11-25' });
/** What a reader sees of the part about commands: groff(7) requests and escapes undone. */
const commands = page
  .slice(page.indexOf('.SH COMMANDS'), page.indexOf('.SH EXIT STATUS'))
  .replaceAll('\\-', '-')
  .replaceAll('\\&', '')
  .replaceAll('\\e', '\\');
const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '');
/** Lines of a usage. */
const usages = [...commands.matchAll(/^\.TP\n\.B (.*)$/gm)].map(([, usage]) => usage!);

t.test('the man page has every word that --help says of commands, in its order', async (t) => {
  const said = wordsOf(help.split('\n\n')[2]!);
  const read = wordsOf(commands.replace(/^\.(SH|TP|PP|B|I)\b.*?(?=\n| )/gm, ' '));
  t.ok(said.length > 100);
  t.same(read.slice(1, said.length + 1), said, 'after the heading');
});

t.test('every command is an entry of its own', async (t) => {
  const source = readFileSync(join(ROOT, 'agent/main.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}(\w+): \{\n {4}help:/gm)].map(([, name]) => name!);
  t.ok(names.length >= 17);
  for (const name of names)
    t.ok(
      usages.some((usage) => usage.split(' ')[0] === name),
      name,
    );
});

t.test('every option that a command takes is in --help, and so in the man page', async (t) => {
  const folder = join(ROOT, 'agent/cli');
  let found = 0;
  for (const file of readdirSync(folder)) {
    const source = readFileSync(join(folder, file), 'utf8');
    const options = [...source.matchAll(/'?([a-z][a-z-]*)'?: \{ type: '(?:string|boolean)'/g)];
    const command = file.replace(/(-.*)?\.ts$/, '');
    const entries = commands.split('.TP\n').filter((entry) => entry.startsWith(`.B ${command} `));
    for (const [, option] of options) {
      found++;
      t.match(entries.join(''), new RegExp(`--${option}(?![a-z-])`), `${command} --${option}`);
    }
  }
  t.ok(found > 40, `${found} options`);
});
