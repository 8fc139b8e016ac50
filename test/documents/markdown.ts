import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../../agent/installation.ts';

/** What a document holds, as far as the tests ask. */
export interface Document {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly text: string;
  readonly sections: readonly Section[];
}

/** From a heading to the next; the first is what stands under the title. */
export interface Section {
  readonly level: number;
  readonly heading: string;
  /** Targets of links and pictures, in order. */
  readonly links: readonly string[];
  /** What stands between backquotes. */
  readonly spans: readonly string[];
  /** Lines of code blocks, by fence or by four blanks. */
  readonly code: readonly string[];
  /** What is neither code nor a link's target. */
  readonly prose: string;
}

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.tap']);

/** Every Markdown file of the project. */
export function documents(folder = ROOT): Document[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : documents(path);
    return entry.name.endsWith('.md') ? [documentOf(relative(ROOT, path), readFileSync(path, 'utf8'))] : [];
  });
}

/** CommonMark as we write it: ATX headings, inline links, blocks of code by fence or by four blanks after an empty line. */
export function documentOf(path: string, text: string): Document {
  const sections: { level: number; heading: string; code: string[]; lines: string[] }[] = [];
  let fenced = false;
  let before = '';
  let inBlock = false;
  for (const line of text.split('\n')) {
    const heading = fenced ? null : /^(#+) (.*)$/.exec(line);
    if (heading !== null)
      sections.push({ level: heading[1]!.length, heading: heading[2]!, code: [], lines: [] });
    const section = sections.at(-1);
    const isFence = /^ *```/.test(line);
    inBlock = /^ {4}/.test(line) && (inBlock || before.trim() === '') && !/^ *([-*]|\d+\.) /.test(before);
    if (isFence) fenced = !fenced;
    else if (fenced || inBlock) section?.code.push(line.trim());
    else if (heading === null) section?.lines.push(line);
    before = line;
  }
  return { path, text, sections: sections.map(sectionOf) };
}

function sectionOf({
  level,
  heading,
  code,
  lines,
}: {
  level: number;
  heading: string;
  code: string[];
  lines: string[];
}): Section {
  const body = lines.join('\n');
  const spans = [...body.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  const bare = body.replaceAll(/`[^`\n]+`/g, '``');
  const links = [...bare.matchAll(/\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/g)].map((match) => match[1]!);
  return { level, heading, code, links, spans, prose: bare.replaceAll(/\]\([^)]*\)/g, ']') };
}

/** The anchor that a heading gets where Markdown is shown (GitHub's rule: lower case, signs out, blanks to hyphens). */
export const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/[`*]|\]\([^)]*\)|\[/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
