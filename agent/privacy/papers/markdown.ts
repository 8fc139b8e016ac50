import { type Block, type Inline, inlines, type Paper, type Text } from './paper.ts';

/** What would mean something to Markdown, so that words of the configuration stay words. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>|#~]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

/** The paper as Markdown (CommonMark with tables). Drawings are left out. */
export function markdown({ title, subtitle, blocks, footer }: Paper): string {
  const parts = [
    `# ${escaped(title)}`,
    escaped(subtitle),
    ...blocks.map(block),
    '---',
    `*${escaped(footer)}*`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function inline(part: Inline): string {
  if (typeof part === 'string') return escaped(part);
  if ('blank' in part) return `**\\[ ${escaped(part.blank)} \\]**`;
  return 'strong' in part ? `**${escaped(part.strong)}**` : `\`${part.code.replaceAll('`', "'")}\``;
}

const run = (text: Text): string => inlines(text).map(inline).join('');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const list = (items: readonly Text[]): string => items.map((item) => `- ${run(item)}`).join('\n');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function block(part: Block): string {
  switch (part.kind) {
    case 'heading':
      return `## ${escaped(part.text)}`;
    case 'paragraph':
      return run(part.text);
    case 'list':
      return list(part.items);
    case 'facts':
      return table(
        ['', ''],
        part.rows.map(([label, value]) => [`**${escaped(label)}**`, run(value)]),
      );
    case 'table':
      return table(
        part.head.map(escaped),
        part.rows.map((cells) => cells.map(run)),
      );
    case 'warning':
      return part.items.map((item) => `> ${run(item)}`).join('\n>\n');
    case 'cards':
      return part.cards.map(({ title, items }) => `## ${escaped(title)}\n\n${list(items)}`).join('\n\n');
    case 'pictures':
      return '';
    case 'signatures':
      return table(
        ['', ...part.fields.map(escaped)],
        part.parties.map((party) => [escaped(party), ...part.fields.map(() => '')]),
      );
  }
}
