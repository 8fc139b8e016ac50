/** Making a formatter costs a thousand times its use. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * What clock and calendar on the wall show at a moment, by part: `{ year: '2026', month: '11', day: '24', weekday: 'Tue',
 * hour: '08', minute: '30' }`.
 *
 * @param timeZone IANA name
 */
export function wallParts(at: Date, timeZone: string): Readonly<Record<string, string>> {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(timeZone, formatter);
  }
  return Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
}
