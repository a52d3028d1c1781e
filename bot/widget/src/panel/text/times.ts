// Times as people say them, in the customer's own zone.

import type { Words } from "../../i18n";

const DAY = 86_400_000;

export const clock = (at: Date, language: string): string =>
  new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);

const dayOf = (at: Date): number => Math.round(new Date(at.getFullYear(), at.getMonth(), at.getDate(), 12).getTime() / DAY);

/** "today", "Friday", or a date when it is more than six days away. */
export function dayName(at: Date, now: Date, language: string, words: Words): string {
  const away = dayOf(at) - dayOf(now);
  if (away === 0) return words.today;
  if (away === -1) return words.yesterday;
  const near = Math.abs(away) <= 6;
  return new Intl.DateTimeFormat(language, near ? { weekday: "long" } : { day: "numeric", month: "long" }).format(at);
}

/** For "by …" and "antes de …": "18:30 today", "Friday 10:30", "las 18:30 de hoy", "las 10:30 del viernes". */
export function dueTime(at: Date, now: Date, language: string, words: Words): string {
  const day = dayName(at, now, language, words);
  const time = clock(at, language);
  const today = dayOf(at) === dayOf(now);
  if (language.startsWith("es")) {
    const article = /^0?1:/.test(time) ? "la" : "las";
    return today ? `${article} ${time} de hoy` : `${article} ${time} del ${day}`;
  }
  return today ? `${time} today` : `${day} ${time}`;
}
