/** Callbacks laid out by day, in the reader's zone. */
import type { Callback } from "../types";

export interface Day {
  /** Local midnight, in milliseconds. */
  at: number;
  isToday: boolean;
  /** Due on an earlier day and not made yet; only today has them, so that they are seen first. */
  before: Callback[];
  due: Callback[];
}

/** Local midnight `days` after that of `at`; a day of a clock change has 23 or 25 hours. */
export function midnight(at: number, days = 0): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

/** The Monday of the week in which `at` falls. */
export function monday(at: number): number {
  return midnight(at, -((new Date(at).getDay() + 6) % 7));
}

/** `count` days from `first` on, each with what falls due on it, the earliest first. */
export function daysOf(all: readonly Callback[], first: number, count: number, now: number): Day[] {
  const sorted = [...all].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at) || a.reference.localeCompare(b.reference));
  const today = midnight(now);
  return Array.from({ length: count }, (_, n) => {
    const at = midnight(first, n);
    const end = midnight(first, n + 1);
    const isToday = at === today;
    const due = sorted.filter((each) => Date.parse(each.due_at) >= at && Date.parse(each.due_at) < end);
    const before = isToday ? sorted.filter((each) => Date.parse(each.due_at) < today) : [];
    return { at, isToday, before, due };
  });
}

/** "23 – 29 Nov 2026", "Monday, 23 November". */
export function rangeName(first: number, count: number, language: string): string {
  if (count === 1) return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(first);
  const form = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
  return form.formatRange(first, midnight(first, count - 1));
}
