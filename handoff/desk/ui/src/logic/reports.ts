/** The reports' numbers as people read them, and where things stand in a chart. */
import type { Asked, By } from "../types-reports";

export interface Series {
  name: string;
  /** How it is drawn: a colour and, beside it, a pattern or the shape of its dots. */
  look: "good" | "calm" | "bad" | "faint";
  values: readonly (number | null)[];
}

/** The day `days` away from a day such as 2026-11-23, whatever the zone. */
export function shifted(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The last `days` days, the last of them `today`. */
export function lastDays(today: string, days: number): Pick<Asked, "from" | "until"> {
  return { from: shifted(today, 1 - days), until: today };
}

/** Whether the page may ask for it: the server takes at most 366 days. */
export function isRange(asked: Pick<Asked, "from" | "until">): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(asked.from) || !/^\d{4}-\d\d-\d\d$/.test(asked.until)) return false;
  const days = (Date.parse(asked.until) - Date.parse(asked.from)) / 86_400_000;
  return days >= 0 && days < 366;
}

/** The local day of an instant in a zone, as 2026-11-23. */
export function dayIn(zone: string | undefined, at: number): string {
  const form = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const parts = new Intl.DateTimeFormat("en-CA", zone ? { ...form, timeZone: zone } : form).formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}`;
}

/** "23 Nov", "Spanish", "web". */
export function keyName(by: By, key: string, language: string, named: (prefix: string, code: string) => string): string {
  if (by !== "day") return named(by, key);
  const form = { day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language, form).format(Date.parse(`${key}T12:00:00Z`));
}

/** A round number that is not below `highest`, whose half is whole: 2, 4, 6, 10, 20, 40, 60, 100 …; of nothing 2. */
export function roundUp(highest: number): number {
  if (highest <= 2) return 2;
  const size = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 6, 10].map((each) => each * size).find((each) => each >= highest && each % 2 === 0) ?? highest;
}

/** The top of an axis of seconds: so many whole minutes that half of it is a round time too. */
export function minutesUp(highest: number): number {
  return 60 * roundUp(highest / 60);
}

/** "0:30", "4:00": short enough for an axis. */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}

/** Which of so many labels are written, so that none touches another: the first, the last, and some between. */
export function labelled(count: number, room: number): ReadonlySet<number> {
  if (count <= room) return new Set(Array.from({ length: count }, (_, at) => at));
  const step = (count - 1) / Math.max(1, room - 1);
  return new Set(Array.from({ length: room }, (_, at) => Math.round(at * step)));
}

/** The stacked parts of one column: from and to, in the numbers' own measure. */
export function stacked(series: readonly Series[], at: number): { from: number; to: number; look: Series["look"]; name: string }[] {
  let sum = 0;
  return series.map(({ values, look, name }) => {
    const from = sum;
    sum += values[at] ?? 0;
    return { from, to: sum, look, name };
  });
}

/** "66.7 %"; a dash of nothing. */
export function percent(share: number | null, language: string): string {
  if (share === null) return "–";
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(share)} %`;
}

export function plain(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}
