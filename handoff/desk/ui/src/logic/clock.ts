/** Time as the server tells it, said in words. */

/** Server time minus browser time, in milliseconds: the browser's clock may be wrong. */
let offset = 0;

export function setServerNow(now: string, received = Date.now()): void {
  const told = Date.parse(now);
  if (!Number.isNaN(told)) offset = told - received;
}

export function serverNow(): number {
  return Date.now() + offset;
}

/** "0:41", "12:05", "1 h 05", "2 d 3 h": never negative. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  if (hours < 24) return `${hours} h ${two(minutes % 60)}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

export type Closeness = "calm" | "near" | "past";

/** Past its time; near: in its last minute, or for a callback in its last half hour; else calm. */
export function closeness(at: number, now: number, kind: string): Closeness {
  if (at <= now) return "past";
  const near = kind === "due_at" || kind === "remind_at" ? 30 * 60_000 : 60_000;
  return at - now <= near ? "near" : "calm";
}

/** "18:30" in the reader's zone, or in `zone`. */
export function hourOf(at: number, language: string, zone?: string): string {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(language, zone ? { ...form, timeZone: zone } : form).format(at);
}

/** "today 18:30", "mañana 10:00", "Fri 18:30", "20 Nov 18:30". */
export function dayAndHour(at: number, now: number, language: string): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
  const hour = hourOf(at, language);
  if (Math.abs(days) <= 1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
    return `${word} ${hour}`;
  }
  const form: Intl.DateTimeFormatOptions =
    days > 0 && days < 7 ? { weekday: "short" } : { day: "numeric", month: "short" };
  return `${new Intl.DateTimeFormat(language, form).format(at)} ${hour}`;
}

function startOfDay(at: number): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** The hour at the customer's, when their zone is known and shows another hour than ours. */
export function theirHour(zone: string | null, now: number, language: string): string | null {
  if (!zone) return null;
  try {
    const there = hourOf(now, language, zone);
    return there === hourOf(now, language) ? null : there;
  } catch {
    return null; // a zone that this browser does not know
  }
}
