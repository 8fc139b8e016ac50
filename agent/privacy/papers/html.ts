import { escapeMarkup } from '../markup.ts';
import { drawing, legendDrawing } from './drawing.ts';
import { type Block, type Inline, inlines, type Paper, type Text } from './paper.ts';
import { styleOf } from './style.ts';

/** An eye that looks at many, none of whom has a face: the sign of these papers. */
const SIGN =
  '<svg viewBox="0 0 64 64" aria-hidden="true"><path d="M4 26C14 10 50 10 60 26C50 42 14 42 4 26Z" fill="#fff" stroke="#12355b" stroke-width="4"/><circle cx="32" cy="26" r="9" fill="#12355b"/><g fill="#1d4ed8"><circle cx="14" cy="50" r="4"/><path d="M7 63a7 7 0 0 1 14 0Z"/><circle cx="32" cy="50" r="4"/><path d="M25 63a7 7 0 0 1 14 0Z"/><circle cx="50" cy="50" r="4"/><path d="M43 63a7 7 0 0 1 14 0Z"/></g></svg>';

/** One page that needs nothing from elsewhere, for A4. */
export const html = ({ kind, lang, title, subtitle, blocks, footer }: Paper): string => `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escapeMarkup(title)}</title>
<style>${styleOf(kind)}</style>
</head>
<body>
<header>${SIGN}<div><h1>${escapeMarkup(title)}</h1><p>${escapeMarkup(subtitle)}</p></div></header>
<main>
${blocks.map(block).join('\n')}
</main>
<footer>${escapeMarkup(footer)}</footer>
</body>
</html>
`;

function inline(part: Inline): string {
  if (typeof part === 'string') return escapeMarkup(part);
  if ('blank' in part) return `<mark>${escapeMarkup(part.blank)}</mark>`;
  return 'strong' in part
    ? `<strong>${escapeMarkup(part.strong)}</strong>`
    : `<code>${escapeMarkup(part.code)}</code>`;
}

const run = (text: Text): string => inlines(text).map(inline).join('');
const list = (items: readonly Text[]): string =>
  `<ul>${items.map((item) => `<li>${run(item)}</li>`).join('')}</ul>`;
const cells = (row: readonly Text[]): string => row.map((cell) => `<td>${run(cell)}</td>`).join('');

function block(part: Block): string {
  switch (part.kind) {
    case 'heading':
      return `<h2>${escapeMarkup(part.text)}</h2>`;
    case 'paragraph':
      return `<p>${run(part.text)}</p>`;
    case 'list':
      return list(part.items);
    case 'facts':
      return `<table><tbody>${part.rows.map(([label, value]) => `<tr><th>${escapeMarkup(label)}</th>${cells([value])}</tr>`).join('')}</tbody></table>`;
    case 'table':
      return `<table><thead><tr>${part.head.map((head) => `<th>${escapeMarkup(head)}</th>`).join('')}</tr></thead><tbody>${part.rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
    case 'warning':
      return `<div class="warning">${part.items.map((item) => `<p>${run(item)}</p>`).join('')}</div>`;
    case 'cards':
      return `<div class="cards">${part.cards.map(({ title, items }) => `<section><h2>${escapeMarkup(title)}</h2>${list(items)}</section>`).join('')}</div>`;
    case 'pictures':
      return `<div class="pictures">${part.pictures.map((picture) => `<figure>${drawing(picture)}<figcaption>${escapeMarkup(picture.caption)}</figcaption></figure>`).join('')}</div><div class="legend">${legendDrawing(part.legend)}</div>`;
    case 'signatures':
      return `<div class="signatures">${part.parties.map((party) => `<section><h2>${escapeMarkup(party)}</h2>${part.fields.map((field) => `<p>${escapeMarkup(field)}</p>`).join('')}</section>`).join('')}</div>`;
  }
}
