import { afterEach, describe, expect, it, vi } from "vitest";
import { closeness, dayAndHour, serverNow, setServerNow, span, theirHour } from "../src/logic/clock";
import { sortedCallbacks } from "../src/logic/callbacks";
import { callback } from "./items";

const NOON = new Date(2026, 10, 20, 12, 0).getTime();
const HOUR = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
  setServerNow(new Date().toISOString());
});

describe("spans", () => {
  it("are short words, never negative", () => {
    expect(span(41_000)).toBe("0:41");
    expect(span(-5)).toBe("0:00");
    expect(span(725_000)).toBe("12:05");
    expect(span(HOUR + 300_000)).toBe("1 h 05");
    expect(span(51 * HOUR)).toBe("2 d 3 h");
  });
});

describe("the server's clock", () => {
  it("counts even when the browser's is an hour off", () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-20T09:00:00Z") });
    setServerNow("2026-11-20T10:00:00Z");
    vi.advanceTimersByTime(5000);
    expect(new Date(serverNow()).toISOString()).toBe("2026-11-20T10:00:05.000Z");
  });

  it("keeps its offset when told nonsense", () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-20T09:00:00Z") });
    setServerNow("2026-11-20T10:00:00Z");
    setServerNow("soon");
    expect(new Date(serverNow()).toISOString()).toBe("2026-11-20T10:00:00.000Z");
  });
});

describe("closeness", () => {
  it("turns in the last minute, for a callback in the last half hour", () => {
    expect(closeness(NOON + 61_000, NOON, "answer_by")).toBe("calm");
    expect(closeness(NOON + 60_000, NOON, "answer_by")).toBe("near");
    expect(closeness(NOON + 20 * 60_000, NOON, "due_at")).toBe("near");
    expect(closeness(NOON, NOON, "due_at")).toBe("past");
  });
});

describe("due times", () => {
  it("are said as people say them, in both languages", () => {
    expect(dayAndHour(NOON + HOUR, NOON, "en")).toBe("today 13:00");
    expect(dayAndHour(NOON + HOUR, NOON, "es")).toBe("hoy 13:00");
    expect(dayAndHour(NOON + 22 * HOUR, NOON, "es")).toBe("mañana 10:00");
    expect(dayAndHour(NOON - 24 * HOUR, NOON, "en")).toBe("yesterday 12:00");
    expect(dayAndHour(NOON + 72 * HOUR, NOON, "en")).toBe("Mon 12:00");
    expect(dayAndHour(NOON + 10 * 24 * HOUR, NOON, "en")).toMatch(/30.*12:00|Nov 30.*12:00/);
  });

  it("give the customer's hour only where it differs", () => {
    expect(theirHour(null, NOON, "en")).toBeNull();
    expect(theirHour(Intl.DateTimeFormat().resolvedOptions().timeZone, NOON, "en")).toBeNull();
    expect(theirHour("Pacific/Kiritimati", NOON, "en")).toMatch(/^\d\d:\d\d$/);
    expect(theirHour("Mars/Olympus", NOON, "en")).toBeNull();
  });
});

describe("callbacks", () => {
  it("stand overdue first, then today's, then later ones, each by due time", () => {
    const at = (hours: number): string => new Date(NOON + hours * HOUR).toISOString();
    const all = [30, 2, -1, 1, -3].map((hours) => callback({ reference: String(hours), due_at: at(hours) }));
    const groups = sortedCallbacks(all, NOON);
    expect(groups.overdue.map((each) => each.reference)).toEqual(["-3", "-1"]);
    expect(groups.today.map((each) => each.reference)).toEqual(["1", "2"]);
    expect(groups.later.map((each) => each.reference)).toEqual(["30"]);
  });
});
