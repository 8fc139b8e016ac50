import { createHash } from 'node:crypto';
import { escapeMarkup } from '../../privacy/markup.ts';
import type { Report, Site } from '../report.ts';
import type { Words } from '../words/words.ts';
import { overview } from './overview.ts';
import { heading, list, paragraph, table } from './parts.ts';
import { budget, coverage, incidents, quality, trends } from './site.ts';
import { STYLE } from './style.ts';
import { success } from './success.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** Nothing may be loaded and nothing may run; the one style is known by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** One page that needs nothing from elsewhere and no script, for screens and A4. */
export function page(report: Report, words: Words): string {
  const { sites } = report;
  const many = sites.length > 1;
  return `<!DOCTYPE html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escapeMarkup(`${words.title}: ${words.list(sites.map(({ node }) => node))}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escapeMarkup(words.title)}</h1>
${sites.map((site) => `<p class="sub"><code>${escapeMarkup(site.root)}</code><br>${escapeMarkup(words.period(site.firstDay, site.lastDay, site.timeZone))}</p>`).join('\n')}
</header>
<main>
${warnings(report, words)}
${heading(2, words.sections.success)}
${sites.map((site) => (many ? heading(3, site.root) : '') + success(site, words)).join('\n')}
${heading(2, words.sections.sideBySide)}
${overview(report, words)}
${sites.map((site) => chapter(site, words, many)).join('\n')}
${heading(2, words.sections.method)}
${list(words.method)}
${heading(2, words.sections.read)}
${read(report, words)}
</main>
<footer>${escapeMarkup(words.footer(report.software, words.time(report.madeAt.getTime(), 'UTC')))}</footer>
</body>
</html>
`;
}

function warnings({ sites }: Report, words: Words): string {
  const levels = (['none', 'synthetic', 'real'] as const).filter((level) =>
    sites.some(({ evidence }) => evidence.includes(level)),
  );
  const demo = sites.some(({ purposes }) => purposes.includes('demo'));
  return `<div class="warning">${[...levels.map((level) => words.evidence[level]), ...words.warnings, ...(demo ? [words.demo] : [])].map((each) => paragraph(each)).join('')}</div>`;
}

function chapter(site: Site, words: Words, many: boolean): string {
  const named = (section: keyof Words['sections']) =>
    heading(2, many ? `${words.sections[section]}: ${site.root}` : words.sections[section]);
  return [
    named('trends'),
    ...(site.configured ? [] : [paragraph(words.notes.unconfigured, 'note')]),
    trends(site, words),
    named('coverage'),
    coverage(site, words),
    named('quality'),
    quality(site, words),
    named('incidents'),
    incidents(site, words),
    named('budget'),
    budget(site, words),
  ].join('\n');
}

function read({ readings, sites }: Report, words: Words): string {
  const { columns, notes } = words;
  const repeated = sites.flatMap(({ zones }) => zones).reduce((sum, zone) => sum + zone.repeated, 0);
  const newer = readings.reduce((sum, reading) => sum + reading.newer, 0);
  return [
    table(
      [columns.file, columns.messages, columns.unused],
      readings.map(({ file, messages, unused }) => [
        file.replace(/^.*\//, ''),
        String(messages),
        unused.size === 0
          ? '–'
          : words.list(
              [...unused].map(([why, { times, firstLine }]) =>
                notes.unusedLine(times, words.unused[why], firstLine),
              ),
            ),
      ]),
    ),
    ...(repeated > 0 ? [paragraph(notes.repeated(repeated), 'note')] : []),
    ...(newer > 0 ? [paragraph(notes.newer(newer), 'note')] : []),
  ].join('\n');
}
