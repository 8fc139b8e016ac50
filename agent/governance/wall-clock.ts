/** What a formatter shows at a moment, by part: `{ weekday: 'Tue', hour: '08', ... }`. */
export const partsAt = (formatter: Intl.DateTimeFormat, at: Date): Readonly<Record<string, string>> =>
  Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
