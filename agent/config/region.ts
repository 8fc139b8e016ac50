/** CLDR regions that are no country: groups, test codes, "unknown". */
const NO_COUNTRY = new Set(['EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/**
 * The code itself when it is EU or a country in use; otherwise the code to write instead (UK: GB, DD: DE), undefined
 * when there is none. A code that nobody knows must not slip past rules that name countries.
 */
export function regionCode(code: string): string | undefined {
  if (code === 'EL') return 'GR';
  const current = new Intl.Locale(`und-${code}`).region;
  if (current === undefined || NO_COUNTRY.has(current)) return undefined;
  return names.of(current) === undefined ? undefined : current;
}
