import { describe, expect, it } from "vitest";
import { standing } from "../src/logic/board";
import { daysOf, midnight, monday, rangeName } from "../src/logic/calendar";
import { clockOf, dayIn, isRange, keyName, labelled, lastDays, minutesUp, percent, plain, roundUp, shifted, stacked } from "../src/logic/reports";
import { hashOf, routeOf } from "../src/logic/routes";
import { named } from "../src/logic/words";
import type { Callback } from "../src/types";
import { telOf } from "../src/views/calls/calling";
import { boardEn, boardEs } from "../src/words/board";
import { reportsEn, reportsEs } from "../src/words/reports";
import { item } from "./items";

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((each) => each[1] ?? "").sort();

describe.each([
  ["reports", reportsEn, reportsEs],
  ["board", boardEn, boardEs],
] as [string, Record<string, string>, Record<string, string>][])("words of the %s", (_, en, es) => {
  it("are the same in both languages, none empty, with the same names to fill in", () => {
    expect(Object.keys(es)).toEqual(Object.keys(en));
    for (const [word, text] of Object.entries(en)) {
      expect(es[word]?.trim(), word).not.toBe("");
      expect(names(es[word] ?? ""), word).toEqual(names(text));
      expect(text + (es[word] ?? "")).not.toMatch(/ticket|escalat|escala[dr]|containment/i);
    }
  });
});

describe("a range of days", () => {
  it("counts days and not hours, over months, years and clock changes", () => {
    expect(shifted("2026-03-29", 1)).toBe("2026-03-30");
    expect(shifted("2026-10-25", -1)).toBe("2026-10-24");
    expect(shifted("2028-02-28", 1)).toBe("2028-02-29");
    expect(lastDays("2027-01-03", 7)).toEqual({ from: "2026-12-28", until: "2027-01-03" });
  });

  it("is asked for only when it makes sense", () => {
    expect(isRange({ from: "2026-11-23", until: "2026-11-23" })).toBe(true);
    expect(isRange({ from: "2026-01-01", until: "2026-12-31" })).toBe(true);
    expect(isRange({ from: "2026-11-23", until: "2026-11-22" })).toBe(false);
    expect(isRange({ from: "2025-11-23", until: "2026-11-24" })).toBe(false);
    expect(isRange({ from: "", until: "2026-11-24" })).toBe(false);
  });

  it("begins at the midnight of the business", () => {
    const late = Date.parse("2026-11-22T23:30:00Z");
    expect(dayIn("Europe/Madrid", late)).toBe("2026-11-23");
    expect(dayIn("America/Mexico_City", late)).toBe("2026-11-22");
  });
});

describe("a chart", () => {
  it("has a round top whose half is whole", () => {
    expect([0, 1, 2, 3, 5, 7, 11, 41, 100, 101].map(roundUp)).toEqual([2, 2, 2, 4, 6, 10, 20, 60, 100, 200]);
    expect(minutesUp(200)).toBe(240);
    expect([0, 30, 240, 3600].map(clockOf)).toEqual(["0:00", "0:30", "4:00", "60:00"]);
  });

  it("writes only labels that have room, the first and the last among them", () => {
    expect([...labelled(3, 7)]).toEqual([0, 1, 2]);
    const shown = [...labelled(28, 5)];
    expect(shown).toHaveLength(5);
    expect([shown[0], shown.at(-1)]).toEqual([0, 27]);
  });

  it("stacks what it has, nothing counting as nothing", () => {
    const series = [
      { name: "a", look: "good" as const, values: [2] },
      { name: "b", look: "calm" as const, values: [null] },
      { name: "c", look: "bad" as const, values: [3] },
    ];
    expect(stacked(series, 0).map(({ from, to }) => [from, to])).toEqual([[0, 2], [2, 2], [2, 5]]);
  });

  it("says numbers in the reader's language and nothing as a dash", () => {
    expect(percent(66.7, "es")).toBe("66,7 %");
    expect(percent(null, "en")).toBe("–");
    expect(plain(1234.5, "en")).toBe("1,234.5");
    expect(keyName("day", "2026-11-23", "es", named)).toMatch(/^23 nov/);
    expect(keyName("language", "es", "en", named)).toBe("Spanish");
  });
});

describe("the board", () => {
  it("counts who waits and orders what is in hand by what is next", () => {
    const cases = [
      item({ reference: "R-1", state: "waiting", waiting_since: "2026-11-23T10:05:00Z" }),
      item({ reference: "R-2", state: "collecting", waiting_since: "2026-11-23T10:00:00Z" }),
      item({ reference: "R-3", state: "active", deadline_at: "2026-11-23T10:30:00Z" }),
      item({ reference: "R-4", state: "calling", deadline_at: "2026-11-23T10:20:00Z" }),
      item({ reference: "R-5", state: "promised" }),
    ];
    const found = standing(new Map(cases.map((each) => [each.reference, each])));
    expect([found.waiting, found.oldest]).toEqual([2, "2026-11-23T10:00:00Z"]);
    expect(found.held.map((each) => each.reference)).toEqual(["R-4", "R-3"]);
    expect(standing(new Map())).toEqual({ waiting: 0, oldest: null, held: [] });
  });

  it("has an address, with the chat that is listened to", () => {
    for (const hash of ["#/board", "#/board/R-7K3M9Q", "#/reports"]) expect(hashOf(routeOf(hash))).toBe(hash);
  });
});

const callback = (reference: string, due: number): Callback =>
  ({ reference, due_at: new Date(due).toISOString(), contact: null, contact_kind: null }) as unknown as Callback;

describe("the calendar", () => {
  const wednesday = new Date(2026, 10, 25, 15, 0).getTime();

  it("begins its week on Monday and names it", () => {
    expect(monday(wednesday)).toBe(new Date(2026, 10, 23).getTime());
    expect(monday(new Date(2026, 10, 29, 23, 59).getTime())).toBe(new Date(2026, 10, 23).getTime());
    expect(rangeName(monday(wednesday), 7, "en")).toContain("23");
    expect(rangeName(wednesday, 1, "es")).toBe("miércoles, 25 de noviembre");
  });

  it("puts each callback on its day, the earliest first, and what is overdue from before on today", () => {
    const all = [
      callback("late", midnight(wednesday, 1) - 60_000),
      callback("early", midnight(wednesday)),
      callback("old", midnight(wednesday, -3)),
      callback("next", midnight(wednesday, 1)),
    ];
    const days = daysOf(all, monday(wednesday), 7, wednesday);
    expect(days.map((day) => day.due.map((each) => each.reference))).toEqual([[], [], ["early", "late"], ["next"], [], [], []]);
    expect(days[2]?.before.map((each) => each.reference)).toEqual(["old"]);
    expect(days.filter((day) => day.isToday)).toHaveLength(1);
  });

  it("has seven different days in a week of a clock change", () => {
    const days = daysOf([], monday(new Date(2026, 9, 25).getTime()), 7, wednesday);
    expect(new Set(days.map((day) => new Date(day.at).getDate())).size).toBe(7);
    expect(days.every((day) => new Date(day.at).getHours() === 0)).toBe(true);
  });

  it("hands only whole numbers to the phone", () => {
    const of = (contact: string | null, contact_kind: string | null): string | null => telOf({ contact, contact_kind } as Callback);
    expect(of("+34 600 111 222", "phone")).toBe("tel:+34600111222");
    expect(of("•••222", "phone")).toBeNull();
    expect(of("a@example.com", "email")).toBeNull();
    expect(of(null, null)).toBeNull();
    expect(of("javascript:alert(1)", "phone")).toBeNull();
  });
});
