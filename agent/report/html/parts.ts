import { escapeMarkup } from '../../privacy/markup.ts';

/** Cells are plain text; `html` is for what is made here. */
export type Cell = string | { readonly html: string };

const inside = (cell: Cell): string => (typeof cell === 'string' ? escapeMarkup(cell) : cell.html);

export const paragraph = (words: string, kind?: string): string =>
  `<p${kind === undefined ? '' : ` class="${kind}"`}>${escapeMarkup(words)}</p>`;

export const heading = (level: 2 | 3, words: string): string =>
  `<h${level}>${escapeMarkup(words)}</h${level}>`;

export const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `<div class="wide"><table><thead><tr>${head.map((each) => `<th scope="col">${escapeMarkup(each)}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      ([first, ...rest]) =>
        `<tr><th scope="row">${inside(first!)}</th>${rest.map((cell) => `<td>${inside(cell)}</td>`).join('')}</tr>`,
    )
    .join('')}</tbody></table></div>`;

export const facts = (rows: readonly (readonly [string, Cell])[]): string =>
  `<table class="facts"><tbody>${rows.map(([name, value]) => `<tr><th scope="row">${escapeMarkup(name)}</th><td>${inside(value)}</td></tr>`).join('')}</tbody></table>`;

export const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${escapeMarkup(item)}</li>`).join('')}</ul>`;
