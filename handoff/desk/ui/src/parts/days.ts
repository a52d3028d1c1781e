import { language } from "../logic/words";

/** "24 Nov 2026" of a date such as 2026-11-24, whatever the zone. */
export function dayOf(date: string): string {
  const form = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return said(Date.parse(`${date.slice(0, 10)}T12:00:00Z`), form, date);
}

/** "20 Nov 2026, 18:30" of an instant, in the reader's zone. */
export function instantOf(at: string): string {
  const form = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return said(Date.parse(at), form, at);
}

function said(instant: number, form: Intl.DateTimeFormatOptions, otherwise: string): string {
  return Number.isNaN(instant) ? otherwise : new Intl.DateTimeFormat(language.value, form).format(instant);
}
