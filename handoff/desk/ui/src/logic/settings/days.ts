/** Days of a calendar, in the reader's language. */

const noon = (date: string): number => Date.parse(`${date}T12:00:00Z`);

/** "24 Nov", or "Tue 24 Nov" with its weekday. */
export function monthDay(date: string, language: string, weekday = false): string {
  const form = { day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language, weekday ? { ...form, weekday: "short" } : form).format(noon(date));
}

/** "Mon" to "Sun". */
export function weekdays(language: string): string[] {
  const form = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  return [2, 3, 4, 5, 6, 7, 8].map((day) => form.format(Date.UTC(2026, 10, day))); // 2 November 2026 is a Monday
}
